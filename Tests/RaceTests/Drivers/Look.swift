import HoldModel
import Reconciliation
import RedisStore

/// Drives the program's own ``StableLook`` at one event, a step at a time: what it asks for, and what follows from the answers,
/// is the value's to say.
///
/// A step is what the program does in one round trip. Its pauses are left out, so that a look may follow the one before at any
/// distance.
struct Look: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        let holds: [HoldChange]
        let counts: [CountChange]
    }

    /// Pauses are as long as the program would have them.
    private static let begin = ContinuousClock.now

    let rules: RaceProtocol
    var look = StableLook(event: Bench.event, tokens: [])
    /// Whether what a run knows of holds before its first look was read.
    private var hasCensus = false
    /// The stage that comes next, and whether one of its two steps is done.
    var at = 0
    private var isHalfDone = false
    var looks = 0
    private var census = RaceCensus()
    /// How far SQL had come when the counts were read first.
    private var position = 0
    var evidence = CheckoutEvidence()
    var snapshot = EventSnapshot(event: Bench.event, categories: [], orders: [])
    var unread: [HoldToken] = []
    var holds: [HoldSurvey] = []
    var now = Timestamp(milliseconds: 0)
    var parts: [Part] = []
    var isWhole = false
    var outcome: String?

    init(_ rules: RaceProtocol) {
        self.rules = rules
        // What looks before would have asked for.
        look.needsKeyspace = rules.proofs == 1
        look.needsAnswers = rules.readsEvidence
    }

    /// Whether the next step may write.
    var isAboutToWrite: Bool { !parts.isEmpty }

    /// When the look is taken.
    var instant: ContinuousClock.Instant { Self.begin + .seconds(10 * looks) }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        guard parts.isEmpty else { return try await apply(bench) }
        guard hasCensus else {
            hasCensus = true
            return try await walkKeyspace(bench)
        }
        if rules.looking.stages[at] == .evidence, !rules.readsEvidence { at += 1 }
        switch rules.looking.stages[at] {
        case .evidence: return readEvidence(model)
        case .counts:
            position = model.position
            look.counts = try await survey([], counting: model.categories.map { CategoryID($0) }, bench).inventory
            at += 1
            return "counts"
        case .census: return try await takeCensus(bench)
        case .snapshot:
            guard !rules.asksStandby || model.shownPosition >= position else {
                (at, looks) = (0, looks + 1)
                return "the standby lags" + lookAgain()
            }
            snapshot = model.snapshot(knowing: look.tokens)
            at += 1
            return "snapshot"
        case .survey: return try await survey(model, bench)
        }
    }

    /// The lists come last, as in `CheckoutWitness`.
    private mutating func readEvidence(_ model: RaceModel) -> String {
        if look.needsAnswers, !isHalfDone {
            evidence = model.answers()
            isHalfDone = true
            return "answers of SQL"
        }
        if rules.takesUnreadForEmpty { evidence.lists = .read } else { model.addMessages(to: &evidence) }
        isHalfDone = false
        at += 1
        return "lists of the finalizer"
    }

    private mutating func takeCensus(_ bench: Bench) async throws -> String {
        let walksKeyspace = isHalfDone
        isHalfDone = look.needsKeyspace && rules.walksKeyspace && !walksKeyspace
        if !isHalfDone { at += 1 }
        if walksKeyspace { return try await walkKeyspace(bench) }
        try await census.walkIndex(bench)
        look.tokens += census.takeNew(besides: look.tokens)
        return "index scan, \(look.tokens.count) holds known"
    }

    private mutating func walkKeyspace(_ bench: Bench) async throws -> String {
        try await census.walkKeyspace(bench)
        look.tokens += census.takeNew(besides: look.tokens)
        return "keyspace, \(look.tokens.count) holds known"
    }

    /// All at one instant, or hold by hold and the counts last where the event is larger than a slice.
    private mutating func survey(_ model: RaceModel, _ bench: Bench) async throws -> String {
        if unread.isEmpty && holds.isEmpty {
            now = Timestamp(milliseconds: model.now * 1000)
            unread = request.tokens
        }
        let size = rules.slice ?? .max
        let tokens = Array(unread.prefix(size))
        unread.removeFirst(tokens.count)
        let isLast = unread.isEmpty && (rules.slice == nil || tokens.isEmpty)
        let shown = try await survey(tokens, counting: isLast ? snapshot.categories.map(\.id) : [], bench)
        holds += shown.holds
        guard isLast else { return "survey of \(tokens.count) holds" }
        return "survey" + conclude(shown.inventory)
    }

    /// What is to be asked beside the snapshot.
    var request: SurveyRequest { SurveyRequest(beside: snapshot, tokens: look.tokens) }

    private func survey(_ tokens: [HoldToken], counting categories: [CategoryID], _ bench: Bench) async throws
        -> EventSurvey
    {
        let request = SurveyRequest(event: Bench.event, categories: categories, tokens: tokens)
        return try await bench.store.survey([request]).first ?? EventSurvey(inventory: [], holds: [])
    }
}
