import HoldModel
import Reconciliation
import RedisStore

/// What the program's hot looks are asked for, what their driver does, and what a mutation makes of both.
struct HotProtocol: Sendable, Hashable {
    var looking: HotLook.Rules = {
        var rules = HotLook.Rules()
        rules.surveys = 3
        return rules
    }()
    /// Looks before the event is left.
    var looks = 2
    /// Members of an index that is all tail; with none, a tail is what the program takes of a long index.
    var shortIndex = HoldStore.shortIndex
    /// Seconds that new holds are thought to live.
    var life = Policy().holdTTL
    /// Counts are set to what the look would have them be, not mended by increments.
    var setsCounts = false
    /// Another order of the repair than the program's.
    var parts: [HotRepair.Part] = [.holds, .counts]

    init() { alike = 2 }

    /// Looks that must show the same.
    var alike: Int {
        get { looking.alike }
        set {
            looking.alike = newValue
            if newValue == 1 { looking.releaseAfter = .zero }
        }
    }
}

/// Drives the program's own ``HotLook`` at one event, a step at a time and without its pauses.
struct HotRun: Sendable, Hashable {
    private static let begin = ContinuousClock.now

    let rules: HotProtocol
    var look = HotLook(StableLook(event: Bench.event, tokens: []))
    private var census = Census()
    private var isCensusTaken = false
    var at = 0
    var looks = 0
    private var watermark: [UInt8] = []
    /// What is left to be written, once two looks have shown the same.
    var repair: HotRepair?
    var counts: [CountChange] = []
    var outcome: String?

    init(_ rules: HotProtocol) {
        self.rules = rules
    }

    /// Whether the next step may write.
    var isAboutToWrite: Bool { repair != nil }

    /// When the look is taken; two of them are as far apart as the program would have them.
    var instant: ContinuousClock.Instant { Self.begin + .seconds(10 * looks) }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        if let repair { return try await write(repair, bench) }
        guard isCensusTaken else {
            // What the stable looks before knew.
            isCensusTaken = true
            return try await walkKeyspace(bench)
        }
        let stage = rules.looking.stages[at]
        at += 1
        let said = try await take(stage, model, bench)
        return said + (at == rules.looking.stages.count ? conclude(model) : "")
    }

    private mutating func take(_ stage: HotLook.Stage, _ model: RaceModel, _ bench: Bench) async throws -> String {
        switch stage {
        case .watermark:
            watermark = try await bench.store.watermark(
                now: Timestamp(milliseconds: model.now * 1000), life: rules.life, skew: .seconds(5),
                shortIndex: rules.shortIndex)
            return "watermark \(String(decoding: watermark, as: UTF8.self))"
        case .index:
            try await bench.walk.index(&census)
            return "index scan"
        case .keyspace: return try await walkKeyspace(bench)
        case .ended:
            let request = SurveyRequest(event: EventID(""), categories: [], tokens: look.known.tokens)
            look.known.tokens = HotLook.unended(try await bench.store.survey([request]).flatMap(\.holds))
            return "\(look.known.tokens.count) holds not ended"
        case .snapshot:
            look.begin(model.snapshot(knowing: look.known.tokens))
            return "snapshot"
        case .survey: return try await survey(bench)
        case .agreement:
            look.take(agreement: model.snapshot(knowing: look.known.tokens))
            return "second snapshot"
        }
    }

    private mutating func walkKeyspace(_ bench: Bench) async throws -> String {
        _ = try await bench.walk.keyspace(&census)
        look.known.tokens += census.takeNew(of: Bench.event, besides: look.known.tokens)
        return "keyspace, \(look.known.tokens.count) holds known"
    }

    private mutating func survey(_ bench: Bench) async throws -> String {
        let request = look.request
        let (survey, tail) = try await bench.store.hotSurvey(request, indexFrom: watermark)
        try await bench.walk.place((tail ?? []).filter { !census.isKnown($0) }, &census)
        let new = census.takeNew(of: Bench.event, besides: look.known.tokens)
        switch look.take(survey, new: tail.map { _ in new }, rules.looking) {
        case .whole: return "survey of \(request.tokens.count) holds and the tail"
        case .again:
            at -= 1
            return "survey, the tail has \(new.count) new"
        case .nothing(let reason): return "survey: \(reason)" + lookAgain()
        }
    }
}
