import HoldModel
import RedisStore

/// The order of the reconciler's steps, and what a mutation makes of them.
struct RaceProtocol: Sendable, Hashable {
    /// What one look is made of.
    enum Stage: Sendable, Hashable {
        /// The inventory hashes alone.
        case before
        /// The index, and which event each of its holds belongs to; for a proof all keys as well, in a step of its own.
        case scan
        case snapshot
        /// Hold hashes and inventory hashes.
        case survey
    }

    enum Judgement: Sendable, Hashable {
        case right
        /// Holds that SQL has sold count for nothing before the finalizer has run.
        case inFlightIsSold
        /// What SQL does not know is nothing.
        case redisOnlyIsNothing
    }

    var stages: [Stage] = [.before, .scan, .snapshot, .survey]
    /// Looks that must show the same before seats are put on sale; one is what `--release-after 0` asks for.
    var proofs = 2
    /// Looks before the run leaves the event.
    var looks = 3
    /// Keys in one script where the event is larger than a slice: one survey and one apply for each.
    var slice: Int?
    var judgement = Judgement.right
    var countsBeforeHolds = false
    /// Whether the look that must prove a leak walks all keys: the cleaner drops the member of a claimed hold.
    var provesByKeyspace = true
}

/// Where the reconciler is in one event: what it has read so far, and so all that its next step depends on.
///
/// What each step does and decides is the program's own (`HoldStore`, `EventPlan`, `ReleaseProof`, `PlanSlices`,
/// `HoldRepairs`). The order of the calls is that of `SuspectRounds.lookTogether`, `EventLooker.survey` and
/// `EventSettlement.settle`, which cannot be stepped: they are written once more here, without their pauses, so that a
/// look may follow the one before at any distance.
struct Look: Sendable, Hashable {
    private struct Part: Sendable, Hashable {
        let holds: [HoldChange]
        let counts: [CountChange]
    }

    let rules: RaceProtocol
    private var hasWalkedKeyspace = false
    /// Whether this look must know holds that the index has lost.
    private var needsKeyspace: Bool
    private var isScanned = false
    private var at = 0
    private var looks = 0
    private var census = RaceCensus()
    private var known: [HoldToken] = []
    private var before: [InventoryState] = []
    private var snapshot = EventSnapshot(event: Bench.event, categories: [], orders: [])
    private var unread: [HoldToken] = []
    private var holds: [HoldSurvey] = []
    private var now = Timestamp(milliseconds: 0)
    private var proof: ReleaseProof?
    private var parts: [Part] = []
    private var isWhole = false
    private(set) var outcome: String?

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
        case .before:
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

    /// What follows from a look, once it is whole.
    private mutating func conclude(_ inventory: [InventoryState]) -> String {
        let survey = EventSurvey(inventory: inventory, holds: holds)
        at = 0
        looks += 1
        holds = []
        unread = []
        guard before == inventory else {
            return ", the counts moved" + lookAgain()
        }
        var policy = Policy()
        let plan = plan(survey, policy)
        switch plan.standing {
        case .agrees:
            outcome = "agrees"
            return ": agrees"
        case .refused(let reason):
            outcome = "refused"
            return ": refused, \(reason)"
        case .unclear(let reason): return ": unclear, \(reason)" + lookAgain()
        case .differs: break
        }
        let shown = ReleaseProof(plan)
        if let shown, rules.proofs > 1, proof.map({ $0.isConfirmed(by: shown) }) != true {
            policy.tightensOnly = true
            proof = shown
            needsKeyspace = true
            prepare(self.plan(survey, policy), isWhole: false)
            return ": differs, a proof is wanted" + (parts.isEmpty ? lookAgain() : "")
        }
        prepare(plan, isWhole: true)
        return ": differs"
    }

    private func plan(_ survey: EventSurvey, _ policy: Policy) -> EventPlan {
        var survey = survey
        switch rules.judgement {
        case .right: break
        case .inFlightIsSold:
            let sold = snapshot.orders.filter { $0.status == .confirmed }.map(\.token)
            survey = EventSurvey(
                inventory: survey.inventory, holds: survey.holds.filter { !sold.contains($0.token) })
        case .redisOnlyIsNothing:
            let ordered = snapshot.orders.map(\.token)
            survey = EventSurvey(
                inventory: survey.inventory, holds: survey.holds.filter { ordered.contains($0.token) })
        }
        return EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: now)
    }

    private mutating func lookAgain() -> String {
        guard looks < rules.looks else {
            outcome = "deferred"
            return ", left"
        }
        return ", again"
    }

    private mutating func prepare(_ plan: EventPlan, isWhole: Bool) {
        self.isWhole = isWhole
        guard plan.standing == .differs else { return }
        guard let slice = rules.slice, plan.holds.count + plan.counts.count > slice else {
            parts = [Part(holds: plan.holds, counts: plan.counts)]
            return
        }
        var slices = PlanSlices(plan)
        while let part = slices.next(slice) { parts.append(Part(holds: part.holds, counts: part.counts)) }
        if rules.countsBeforeHolds { parts = parts.filter(\.holds.isEmpty) + parts.filter { !$0.holds.isEmpty } }
    }

    private mutating func apply(_ bench: Bench) async throws -> String {
        let part = parts.removeFirst()
        let plan = EventPlan(
            event: Bench.event, standing: .differs, findings: [], holds: part.holds, counts: part.counts)
        let what = "apply of \(part.holds.count) holds, \(part.counts.count) counts"
        do {
            if case .moved(let key)? = try await bench.repairs.apply([plan]).first {
                parts = []
                return what + ": moved, \(String(decoding: key, as: UTF8.self))" + lookAgain()
            }
        } catch let loss as LeaseLoss {
            parts = []
            outcome = "lost the lease"
            return what + ": \(loss)"
        }
        if parts.isEmpty {
            if isWhole { outcome = "applied" } else { return what + lookAgain() }
        }
        return what
    }
}
