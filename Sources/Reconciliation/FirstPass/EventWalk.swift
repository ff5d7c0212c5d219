import AsyncAlgorithms
import HoldModel
import PostgresSource
import RedisStore

/// The walk over SQL's events. Pages overlap: while Redis works on some, SQL is read for the next ones (design section
/// 4). Where tokens wait for this walk, it walks the index as well.
struct EventWalk: Sendable {
    /// How many steps over the index one task does: it must not wait for the pages, and must keep few tokens.
    private static let stepsAtOnce = 100

    /// How many pages wait to be looked at, so that Redis never waits for SQL; this bounds memory.
    private static let pagesReady = 2

    /// How many bytes the rows of waiting pages may take.
    private static let bytesReady = 64 << 20

    let source: PostgresSource
    let store: HoldStore
    let watch: ServerWatch
    let settings: RunSettings
    let glance: PageGlance
    /// The number of events; `nil` where it is not known.
    let total: Int?
    let progress: ProgressSink

    /// The result of one of the tasks.
    private enum Walked: Sendable {
        case read(Result<PagesAhead.Read?, any Error>)
        case page(GlancedPage)
        case index(Result<IndexSteps, any Error>)
    }

    private struct IndexSteps: Sendable {
        var members: [(token: TokenDigest, score: MemberScore)] = []
        var tokens = PackedTokens()
        var next: IndexPlace?
        /// Whether the walk of the index has started anew, so that the members before do not count.
        var isNewStart = false
        /// How many of them this shard counts.
        var own = 0
    }

    private typealias Tasks = ThrowingTaskGroup<Walked, any Error>

    /// The result of all tasks so far.
    private struct State {
        var suspects: [Suspect] = []
        /// Pages that nobody looks at yet.
        var ready: [PagesAhead.Read] = []
        var isReading = false
        var isReadToTheEnd = false
        var pagesInFlight = 0
        var bytesInFlight = 0
        var next: IndexPlace?
        var brief = BriefPages()
        var eventsDone = 0
    }

    /// - Parameter rest: where the walk of the index goes on.
    /// - Returns: the events that one look was not enough for, and how many of them all the walk has come to.
    func run(
        _ pages: PageWalk, index rest: IndexPlace?, _ census: inout Census, _ tally: inout RunTally
    ) async throws -> (suspects: [Suspect], done: Int) {
        var state = State(next: rest)
        var isWhole = false
        defer {
            glance.creation?.end()
            if !isWhole, let remainder = glance.creation?.remainder { tally.warnings.append(remainder) }
        }
        if rest != nil { census.beginIndexBesideWalk() }
        defer { census.endIndexBesideWalk() }
        if total != 0 { progress(RunProgress(phase: .events, done: 0, total: total)) }
        // A write needs whole rows; so does an event whose holds are known beforehand.
        var detail = PageDetail.whole
        if glance.isAwaiting, glance.creation == nil, try await source.canBeBrief() { detail = .brief }
        try await source.withPageReader(
            detail: detail, keepsWindows: glance.creation != nil, bounds: glance.creation?.bounds ?? .looking
        ) { reader in
            let ahead = PagesAhead(reader: reader, pages: pages, age: settings.snapshotAge, stop: settings.stop)
            try await ahead.read { try await walk($0, reader, &state, &census, &tally) }
        }
        // A page that ended because of the stop was not looked at whole.
        if let cause = settings.stop.cause, glance.creation != nil {
            tally.stoppedBecause = tally.stoppedBecause ?? cause
        }
        isWhole = tally.stoppedBecause == nil
        return (state.suspects, state.eventsDone)
    }

    /// Handles whatever comes first: a page that was read, one that was looked at, or a piece of the index.
    private func walk(
        _ pages: PagesAhead.Pages, _ reader: PageReader, _ state: inout State, _ census: inout Census,
        _ tally: inout RunTally
    ) async throws {
        try await withThrowingTaskGroup(of: Walked.self) { group in
            do {
                walkIndex(&state, &group)
                readOn(pages, &state, &group)
                while let walked = try await group.next() {
                    try take(walked, &state, &group, &census, &tally)
                    if !state.brief.areWorthIt { await reader.readWhole() }
                    // Pages are left that nobody will read.
                    if pages.wasCut, let cause = settings.stop.cause { tally.stoppedBecause = cause }
                    try await lookAtReady(&state, &group, &census, &tally)
                    if tally.stoppedBecause != nil { pages.end() } else { readOn(pages, &state, &group) }
                }
            } catch {
                pages.end()
                // The pages that are under way come to an end of their own; what they write is told with this error.
                while let walked = try await group.next() {
                    guard case .page(let page) = walked else { continue }
                    tally.merge(page.tally)
                    state.eventsDone += page.events
                    if case .success(let shown) = page.shown { state.suspects += shown.suspects }
                }
                // The stop has cancelled a slow step.
                guard settings.stop.hasCut(error) else { throw error }
                tally.stoppedBecause = settings.stop.cause
            }
        }
    }

    private func readOn(_ pages: PagesAhead.Pages, _ state: inout State, _ group: inout Tasks) {
        guard !state.isReading, !state.isReadToTheEnd, state.ready.count < Self.pagesReady else { return }
        state.isReading = true
        group.addTask { .read(await pages.next()) }
    }

    /// Hands pages on that were read, as many as may be looked at together.
    private func lookAtReady(
        _ state: inout State, _ group: inout Tasks, _ census: inout Census, _ tally: inout RunTally
    ) async throws {
        while let read = state.ready.first, mayAdd(read.page, to: state) {
            try await watch.admit()
            if let cause = settings.stop.cause {
                tally.stoppedBecause = cause
                state.ready = []
                return
            }
            state.ready.removeFirst()
            let tokens = read.events.map { census.tokens(of: $0) }
            census.remove(read.events)
            let page = try await current(read, tokens)
            group.addTask { .page(await GlancedPage(glance, page, tokens: tokens)) }
            state.pagesInFlight += 1
            state.bytesInFlight += page.table.size
        }
    }

    /// Whether memory allows another page, while pages wait for the proof that lets seats go on sale.
    private func mayAdd(_ page: EventPage, to state: State) -> Bool {
        if state.pagesInFlight < settings.pagesInFlight { return true }
        guard let creation = glance.creation, creation.isWaiting else { return false }
        return state.bytesInFlight + page.table.size <= Self.bytesReady
    }

    /// Returns the page with the orders of the census' tokens; it is read again where its snapshot has become too old.
    private func current(_ read: PagesAhead.Read, _ tokens: [[HoldToken]]) async throws -> EventPage {
        // What is created asks for the latest rows by itself.
        if glance.creation == nil, let expires = read.page.expires, expires < .now {
            return try await source.snapshot(of: read.events, tokens: tokens)
        }
        return read.page.detail == .brief ? read.page : try await source.completing(read.page, tokens: tokens)
    }

    private func take(
        _ walked: Walked, _ state: inout State, _ group: inout Tasks, _ census: inout Census,
        _ tally: inout RunTally
    ) throws {
        switch walked {
        case .read(let result):
            state.isReading = false
            if let read = try result.get() { state.ready.append(read) } else { state.isReadToTheEnd = true }
        case .page(let page):
            state.pagesInFlight -= 1
            state.bytesInFlight -= page.size
            tally.merge(page.tally)
            let shown = try page.shown.get()
            if page.detail == .brief { state.brief.take(page.events, again: shown.readAgain) }
            state.eventsDone += page.events
            state.suspects += shown.suspects
            for met in shown.met { census.meet(met) }
            progress(RunProgress(phase: .events, done: state.eventsDone, total: total))
        case .index(let result):
            let steps = try result.get()
            if steps.isNewStart { tally.scanned.indexMembers = 0 }
            for member in steps.members { census.await(member.token, member.score) }
            census.shown.append(steps.tokens)
            tally.scanned.indexMembers += steps.own
            state.next = settings.stop.cause == nil ? steps.next : nil
            walkIndex(&state, &group)
        }
    }

    private func walkIndex(_ state: inout State, _ group: inout Tasks) {
        guard let place = state.next else { return }
        state.next = nil
        group.addTask { .index(await steps(from: place)) }
    }

    private func steps(from place: IndexPlace) async -> Result<IndexSteps, any Error> {
        var steps = IndexSteps(next: place)
        do {
            for _ in 1...Self.stepsAtOnce {
                guard let place = steps.next else { break }
                let step = try await store.scanIndex(from: place)
                if step.isNewStart {
                    steps.isNewStart = true
                    (steps.members, steps.tokens, steps.own) = ([], PackedTokens(), 0)
                }
                steps.own += step.members(of: settings.shard)
                step.withEachMember {
                    steps.members.append((TokenDigest($0), MemberScore($1)))
                    steps.tokens.append($0)
                }
                steps.next = step.next
            }
            return .success(steps)
        } catch {
            return .failure(error)
        }
    }
}
