import HoldModel
import RedisStore

/// Where the reconciler is in one event: what it has read so far, and so all that its next step depends on.
///
/// What each step does and decides is the program's own (`HoldStore`, `EventPlan`, `ReleaseProof`, `PlanSlices`,
/// `HoldRepairs`). The order of the calls is that of `SuspectRounds.lookTogether`, `EventLooker.survey` and
/// `EventSettlement.settle`, which cannot be stepped: they are written once more here, without their pauses, so that a
/// look may follow the one before at any distance.
struct Look: Sendable, Hashable {
    struct Part: Sendable, Hashable {
        let holds: [HoldChange]
        let counts: [CountChange]
    }

    /// The first of two looks that must show the same; the second judges as of its instant.
    struct FirstProof: Sendable, Hashable {
        let now: Timestamp
        let shown: ReleaseProof
    }

    let rules: RaceProtocol
    private var hasWalkedKeyspace = false
    /// Whether this look must know holds that the index has lost.
    var needsKeyspace: Bool
    private var isScanned = false
    var at = 0
    var looks = 0
    private var census = RaceCensus()
    private var known: [HoldToken] = []
    var before: [InventoryState] = []
    /// How far SQL had come when the counts were read first.
    private var position = 0
    var evidence = CheckoutEvidence()
    /// Whether a look before has shown that Redis has sold what SQL does not know.
    var isBehind = false
    var snapshot = EventSnapshot(event: Bench.event, categories: [], orders: [])
    var unread: [HoldToken] = []
    var holds: [HoldSurvey] = []
    var now = Timestamp(milliseconds: 0)
    var proof: FirstProof?
    var parts: [Part] = []
    var isWhole = false
    var outcome: String?

    init(_ rules: RaceProtocol) {
        self.rules = rules
        needsKeyspace = rules.proofs == 1
    }

    /// Whether the next step may write.
    var isAboutToWrite: Bool { !parts.isEmpty }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        guard parts.isEmpty else { return try await apply(bench) }
        guard hasWalkedKeyspace else {
            hasWalkedKeyspace = true
            // For holds that the index has lost.
            try await census.walkKeyspace(bench)
            known += census.takeNew(besides: known)
            return "keyspace, \(known.count) holds known"
        }
        switch rules.stages[at] {
        case .answers:
            evidence = model.answers()
            at += 1
            return "answers of SQL"
        case .lists:
            if rules.takesUnreadForEmpty { evidence.lists = .read } else { model.addMessages(to: &evidence) }
            at += 1
            return "lists of the finalizer"
        case .before:
            position = model.position
            let request = SurveyRequest(
                event: Bench.event, categories: model.categories.map { CategoryID($0) }, tokens: [])
            before = try await bench.store.survey([request]).first?.inventory ?? []
            at += 1
            return "counts"
        case .scan:
            let walksKeyspace = isScanned
            if walksKeyspace { try await census.walkKeyspace(bench) } else { try await census.walkIndex(bench) }
            known += census.takeNew(besides: known)
            isScanned = needsKeyspace && rules.provesByKeyspace && !walksKeyspace
            if !isScanned { at += 1 }
            return "\(walksKeyspace ? "keyspace" : "index scan"), \(known.count) holds known"
        case .snapshot:
            guard !rules.asksStandby || model.shownPosition >= position else {
                (at, looks) = (0, looks + 1)
                return "the standby lags" + lookAgain()
            }
            snapshot = model.snapshot(knowing: known)
            at += 1
            return "snapshot"
        case .survey: return try await survey(model, bench)
        }
    }

    /// All at one instant, or hold by hold and the counts last where the event is larger than a slice.
    private mutating func survey(_ model: RaceModel, _ bench: Bench) async throws -> String {
        let categories = snapshot.categories.map(\.id)
        if unread.isEmpty && holds.isEmpty {
            now = Timestamp(milliseconds: model.now * 1000)
            let ordered = snapshot.orders.map(\.token)
            unread = ordered + known.filter { !ordered.contains($0) }
        }
        let size = rules.slice ?? .max
        let tokens = Array(unread.prefix(size))
        unread.removeFirst(tokens.count)
        let isLast = unread.isEmpty && (rules.slice == nil || tokens.isEmpty)
        let request = SurveyRequest(event: Bench.event, categories: isLast ? categories : [], tokens: tokens)
        guard let survey = try await bench.store.survey([request]).first else { return "nothing" }
        holds += survey.holds
        guard isLast else { return "survey of \(tokens.count) holds" }
        at += 1
        return "survey" + conclude(survey.inventory)
    }
}
