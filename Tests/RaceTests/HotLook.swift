import HoldModel
import RedisStore

/// The order of a hot look's steps, and what a mutation makes of them.
struct HotProtocol: Sendable, Hashable {
    /// What one hot look is made of.
    enum Stage: Sendable, Hashable {
        /// Where the tail of the index begins.
        case watermark
        case index
        case keyspace
        /// Which holds are over and stay so.
        case ended
        case snapshot
        /// All holds, the counts and the tail of the index at one instant.
        case survey
        /// A second snapshot, which must be as the first.
        case agreement
    }

    var stages: [Stage] = [.watermark, .index, .keyspace, .ended, .snapshot, .survey, .agreement]
    /// Looks that must show the same.
    var alike = 2
    /// Looks before the event is left.
    var looks = 2
    /// Members of an index that is all tail; with none, a tail is what the program takes of a long index.
    var shortIndex = HoldStore.shortIndex
    /// Seconds that new holds are thought to live.
    var life = Policy().holdTTL
    /// Surveys of one look before it is given up.
    var tries = 3
    /// Counts are set to what the look would have them be, not mended by increments.
    var setsCounts = false
}

/// Where the hot look at one event is. What each step does and decides is the program's own (`HoldStore.hotSurvey`,
/// `EventPlan`, `HotEvidence`, `HoldRepairs.shift`); the order of the calls is that of `HotLooker`, without its pauses.
struct HotLook: Sendable, Hashable {
    let rules: HotProtocol
    private var census = RaceCensus()
    private var isCensusTaken = false
    var at = 0
    var looks = 0
    var surveys = 0
    private var watermark: [UInt8] = []
    private var tokens: [HoldToken] = []
    var snapshot = EventSnapshot(event: Bench.event, categories: [], orders: [])
    var second: EventSnapshot?
    var inventory: [InventoryState] = []
    var holds: [HoldSurvey] = []
    var shown: [HotEvidence] = []
    var changes: [HoldChange]?
    var counts: [CountChange] = []
    var shifts: [CountShift]?
    var outcome: String?

    init(_ rules: HotProtocol) {
        self.rules = rules
    }

    /// Whether the next step may write.
    var isAboutToWrite: Bool { changes != nil || shifts != nil }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        if let changes { return try await change(changes, bench) }
        if let shifts { return try await shift(shifts, bench) }
        guard isCensusTaken else {
            // What the stable looks before knew.
            isCensusTaken = true
            try await census.walkKeyspace(bench)
            tokens += census.takeNew(besides: tokens)
            return "keyspace, \(tokens.count) holds known"
        }
        let stage = rules.stages[at]
        at += 1
        switch stage {
        case .watermark:
            watermark = try await bench.store.watermark(
                now: Timestamp(milliseconds: model.now * 1000), life: rules.life, skew: .seconds(5),
                shortIndex: rules.shortIndex)
            return "watermark \(String(decoding: watermark, as: UTF8.self))"
        case .index:
            try await census.walkIndex(bench)
            return "index scan"
        case .keyspace:
            try await census.walkKeyspace(bench)
            tokens += census.takeNew(besides: tokens)
            return "keyspace, \(tokens.count) holds known"
        case .ended:
            tokens = try await unended(bench)
            return "\(tokens.count) holds not ended"
        case .snapshot:
            snapshot = model.snapshot(knowing: tokens)
            return "snapshot"
        case .survey: return try await survey(bench) + (at == rules.stages.count ? conclude(model) : "")
        case .agreement:
            second = model.snapshot(knowing: tokens)
            return "second snapshot" + conclude(model)
        }
    }

    private func unended(_ bench: Bench) async throws -> [HoldToken] {
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: tokens)
        return try await bench.store.survey([request]).flatMap(\.holds).filter { hold in
            guard case .whole(let whole) = hold.state, hold.score == .noMember else { return true }
            return whole.status.isActive
        }.map(\.token)
    }

    private mutating func survey(_ bench: Bench) async throws -> String {
        surveys += 1
        let ordered = snapshot.orders.map(\.token)
        let request = SurveyRequest(
            event: Bench.event, categories: snapshot.categories.map(\.id),
            tokens: ordered + tokens.filter { !ordered.contains($0) })
        let (survey, tail) = try await bench.store.hotSurvey(request, indexFrom: watermark)
        try await census.place((tail ?? []).filter { !census.isKnown($0) }, bench)
        let new = census.takeNew(besides: tokens)
        tokens += new
        (inventory, holds) = (survey.inventory, survey.holds)
        guard !new.isEmpty else { return "survey of \(request.tokens.count) holds and the tail" }
        guard surveys < rules.tries else { return "survey, the tail has new holds" + lookAgain() }
        at -= 1
        return "survey, the tail has \(new.count) new"
    }
}
