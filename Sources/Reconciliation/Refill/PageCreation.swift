import HoldModel
import PostgresSource
import RedisStore

/// Writes the events of a page where Redis was emptied. The fences of the write check what a survey would have shown;
/// an event with a key that exists after all is looked at again, like any that moved.
struct PageCreation: Sendable {
    let settlement: EventSettlement
    let repairs: HoldRepairs
    private let emptiness: Emptiness
    /// With traffic live, the walk that shows that Redis is still empty; all pages wait for it.
    private let confirmation: Task<KeyspaceWalk?, any Error>
    /// Ends when the disputes of orders are known. An earlier walk over SQL has seen them page by page.
    private let disputes: Task<Void, any Error>
    private let windows: WindowMembers
    /// Whether an earlier walk has counted the rows of these events.
    private let followsWalk: Bool

    /// - Parameter confirmed: a second walk that has found no hold of these events, where there was one.
    init(
        settlement: EventSettlement, repairs: HoldRepairs, emptiness: Emptiness, followsWalk: Bool = false,
        confirmed: KeyspaceWalk? = nil
    ) {
        self.followsWalk = followsWalk
        self.settlement = settlement
        self.repairs = repairs
        self.emptiness = emptiness
        let (store, settings) = (settlement.looker.store, settlement.settings)
        confirmation = Task {
            if followsWalk { return confirmed }
            return settings.traffic == .live ? try await emptiness.confirmed(by: CensusWalk(store), settings) : nil
        }
        let (claims, source) = (settlement.disputes, settlement.looker.source)
        disputes = Task { if !followsWalk { try await claims.takeMisplacedItems(of: source) } }
        windows = WindowMembers(
            store, repairs, settlement.looker.policy, evenIfFew: followsWalk,
            isLimited: settlement.allowance.isLimited || settings.course.isByItem)
    }

    var looker: EventLooker { settlement.looker }
    var settings: RunSettings { settlement.settings }

    /// The bounds of the snapshots for it.
    var bounds: WindowBounds { followsWalk ? .looking : .writing }

    /// Ends it: no page will ask any more.
    func end() {
        confirmation.cancel()
        disputes.cancel()
        windows.end()
    }

    /// A sentence about what a run leaves behind that ends before its last page; `nil` where there is nothing.
    var remainder: String? {
        let count = windows.countAhead
        guard count > 0 else { return nil }
        return "up to \(count) index members were added whose holds are not there: the next rebuild writes these, or "
            + "the platform's cleaner drops the members when their time comes"
    }

    /// Whether pages still wait for the second walk, so that more of them may be read meanwhile.
    var isWaiting: Bool {
        settings.traffic == .live && .now < emptiness.since + settings.releaseAfter
    }

    private var rules: Refill.Rules {
        var rules = Refill.Rules()
        rules.isLive = settings.traffic == .live
        rules.attempts = settings.attempts
        return rules
    }

    /// The progress of a page.
    struct Course {
        let page: EventPage
        /// The rows as they were read last.
        var latest: EventPage
        /// The page's part of its window, once the members are there.
        var share: WindowMembers.Share
        let rules: Refill.Rules
        var refill: Refill
        /// The indices of the creations that fit in one transaction.
        var small: [Int] = []
        var written: [EventCreation] = []
        /// Those that were too large for one transaction.
        var writtenInSlices: [EventCreation] = []
        var again: [Suspect] = []

        var now: Timestamp { share.now }
        var table: SnapshotTable { page.table }
    }

    /// - Returns: the events to look at again; `nil`, and nothing was written but index members, where Redis is not empty
    ///   any more.
    func run(_ page: EventPage, _ tally: inout RunTally) async throws -> [Suspect]? {
        // This comes first: everything else is judged as of its instant.
        var course = Course(
            page: page, latest: page, share: try await windows.share(of: page), rules: rules,
            refill: Refill(events: page.table.events.indices))
        while let step = course.refill.next(course.rules) {
            try await take(step, &course, &tally)
            course.refill.take(step, course.rules)
        }
        if course.refill.isGivenUp { return nil }
        windows.finish(course.share)
        return course.again
    }

    private func take(_ step: Refill.Step, _ course: inout Course, _ tally: inout RunTally) async throws {
        switch step {
        case .members: course.small = repairs.writable(course.share.creations, of: course.table)
        case .keyspace: course.refill.take(try await confirmation.value)
        case .disputes: try await disputes.value
        case .rows:
            let page = course.page
            course.latest = try await latest(page)
            tally.record(course.latest.clock)
            if !followsWalk { tally.scanned.count(page.table) }
            let isNew = course.latest.clock != page.clock
            let said = isNew ? course.latest.creations(looker.policy, now: course.now) : []
            let doubtful = course.refill.take(
                course.share.creations, of: page.table, latest: isNew ? (said, course.latest.table) : nil, course.rules,
                disputed: { isDisputed($0, in: page) })
            course.again += doubtful.map { suspect($0, page) }
        case .events: try await write(&course, &tally)
        case .verification: try await verify(&course, &tally)
        case .plans: course.again += try await settle(course, &tally)
        }
    }

    /// Whether another event's holds or orders name one of the event's categories.
    private func isDisputed(_ event: Int, in page: EventPage) -> Bool {
        let row = page.table.events[event]
        return !settlement.disputes.claims(
            on: row.categories.lazy.map { page.table.identifier(page.table.categories[$0].id) },
            of: page.table.identifier(row.id)
        ).isEmpty
    }

    /// Returns the page, read again where anything was committed since. With traffic live it may have been read some
    /// time ago, and seats may have been sold. With traffic stopped its snapshot is new enough.
    private func latest(_ page: EventPage) async throws -> EventPage {
        if settings.traffic == .stopped, page.expires.map({ $0 > .now }) ?? true { return page }
        if try await looker.source.isCurrent(page.clock) { return page }
        let events = page.table.events.map { page.table.identifier($0.id) as EventID }
        return try await looker.source.snapshot(of: events, tokens: events.map { _ in [] })
    }

    /// Settles the other events by their plans. The page and the first walk are one look, the latest rows and the
    /// second walk another.
    private func settle(_ course: Course, _ tally: inout RunTally) async throws -> [Suspect] {
        let places = course.refill.left.sorted()
        let looks = places.map { look($0, course.latest, course.now) }
        let suspects = zip(places, looks).map { place, look in
            var suspect = Suspect(event: look.plan.event, tokens: [])
            suspect.look.walked = emptiness.walk
            if let walk = course.refill.walk { suspect.look.take(walk, settlement.rules) }
            let first = self.look(place, course.page, course.now)
            suspect.look.proof = ReleaseProof(first.plan).map { FirstProof(first, $0, at: emptiness.since) }
            return suspect
        }
        return try await settlement.settle(suspects, looks, &tally).map { open in
            var suspect = Suspect(event: open.event, tokens: [])
            suspect.look.needsAnswers = open.look.needsAnswers
            return suspect
        }
    }

    func look(_ place: Int, _ page: EventPage, _ now: Timestamp) -> EventLook {
        looker.lookAtNothing(beside: page.snapshot(at: place), now: now)
    }
}
