import ChangeFiles
import HoldModel
import Reconciliation
import RedisStore

/// Drives the program's own ``StableLook`` at one event, a step at a time: what it asks for, and what follows from the answers,
/// is the value's to say.
///
/// A step is what the program does in one round trip. Its pauses are left out, so that a look may follow the one before at any
/// distance.
struct Look: Sendable, Hashable {
    /// What is to be written.
    enum Writing: Sendable, Hashable {
        case whole(holds: [HoldChange], counts: [CountChange])
        case slices(PlanSlices)
    }

    /// Pauses are as long as the program would have them.
    private static let begin = ContinuousClock.now

    let rules: RaceProtocol
    let errand: Errand
    var look = StableLook(event: Bench.event, tokens: [])
    /// Whether what a run knows of holds before its first look was read.
    private var hasCensus = false
    var looks = 0
    private var census = Census()
    /// How far SQL had come when the counts were read first.
    private var position = 0
    var evidence = CheckoutEvidence()
    var snapshot = EventSnapshot(event: Bench.event, categories: [], orders: [])
    /// What is left to be asked of Redis, where the event is larger than a slice.
    private var unread: [SurveyRequest] = []
    var inventory: [InventoryState] = []
    var holds: [HoldSurvey] = []
    var now = Timestamp(milliseconds: 0)
    var writing: Writing?
    var isWhole = false
    /// What the journal has.
    var entries: [JournalEntry] = []
    /// Entries of the slice that comes next or came last, which are not in the journal yet.
    var unrecorded: [JournalEntry] = []
    /// Whether the first of the two steps was taken, of which one records a slice and the other writes it.
    var isHalfway = false
    /// What was noted in a plan.
    var item: PlannedItem?
    /// Whether the next look comes no sooner than one that is to confirm the last.
    var isWaiting = false
    var outcome: String?

    init(_ rules: RaceProtocol, _ errand: Errand = .repair) {
        self.rules = rules
        self.errand = errand
        if case .undo(let entries) = errand {
            look.tokens = Set(entries.flatMap { $0.holds.map(\.token) }).sorted()
        }
        // What looks before would have asked for.
        look.needsKeyspace = rules.asksForKeyspace
        look.needsAnswers = rules.readsEvidence
    }

    /// Whether the next step may write.
    var isAboutToWrite: Bool { writing != nil }

    /// Whether the next step begins a look that waits until the platform's calls have come to an end.
    var isPausing: Bool { isWaiting && writing == nil }

    /// When the look is taken.
    var instant: ContinuousClock.Instant { Self.begin + .seconds(10 * looks) }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        if let writing { return try await write(writing, bench) }
        isWaiting = false
        guard hasCensus else {
            hasCensus = true
            _ = try await bench.walk.keyspace(&census)
            return "keyspace, \(census.count) holds known"
        }
        var looking = rules.looking
        looking.readsStandby = rules.asksStandby && model.standby != nil
        guard let step = look.next(looking) else { preconditionFailure("a look that was concluded") }
        if step == .replay, model.shownPosition < position {
            look.begin()
            looks += 1
            return "the standby lags" + lookAgain()
        }
        let said = try await take(step, looking, model, bench)
        if step == .survey, !unread.isEmpty { return said }
        look.take(step, looking)
        return look.next(looking) == nil ? said + conclude(looking) : said
    }

    private mutating func take(
        _ step: StableLook.Step, _ looking: StableLook.Rules, _ model: RaceModel, _ bench: Bench
    ) async throws -> String {
        switch step {
        case .answers:
            evidence = model.answers()
            return "answers of SQL"
        case .lists:
            if rules.takesUnreadForEmpty { evidence.lists = .read } else { model.addMessages(to: &evidence) }
            return "lists of the finalizer"
        case .counts:
            position = model.position
            let request = SurveyRequest(
                event: Bench.event, categories: model.categories.map { CategoryID($0) }, tokens: [])
            look.counts = try await bench.store.survey([request])[0].inventory
            return "counts"
        case .index:
            try await bench.walk.index(&census)
            return "index scan, \(census.count) holds known"
        case .keyspace:
            var known = census
            look.take(try await bench.walk.keyspace(&known), looking)
            if rules.walksKeyspace { census = known }
            return "keyspace, \(known.count) holds known"
        case .replay: return "the standby has replayed"
        case .snapshot:
            look.tokens += census.takeNew(of: Bench.event, besides: look.tokens)
            snapshot = model.snapshot(knowing: look.tokens)
            return "snapshot"
        case .survey: return try await survey(model, bench)
        }
    }

    /// What is to be asked beside the snapshot.
    var request: SurveyRequest { SurveyRequest(beside: snapshot, tokens: look.tokens) }

    /// All at one instant, or slice by slice where the event is larger.
    private mutating func survey(_ model: RaceModel, _ bench: Bench) async throws -> String {
        if unread.isEmpty {
            (inventory, holds) = ([], [])
            now = Timestamp(milliseconds: model.now * 1000)
            unread = request.slices(atMost: rules.slice ?? .max)
        }
        let part = unread.removeFirst()
        for shown in try await bench.store.survey([part]) {
            holds += shown.holds
            inventory += shown.inventory
        }
        return "survey of \(part.tokens.count) holds, \(part.categories.count) counts"
    }
}
