import HoldModel
import RedisStore
import TestOutcomes

/// Where a purge of stale index entries is: what `IndexPurge.stale` does, written once more in steps. Its verdicts and
/// its writes are the program's own (`Verdict`, `HoldRepairs.apply` and `HoldRepairs.release`).
struct PurgeRun: Sendable, Hashable {
    enum Stage: Sendable, Hashable {
        case index
        case clock
        case orders
        case survey
    }

    private struct Expired: Sendable, Hashable {
        let token: HoldToken
        let hold: Hold
        let fence: HoldFence
    }

    private var stages: [Stage]
    private var now = Timestamp(milliseconds: 0)
    private var members: [HoldToken] = []
    private var orders: [Order] = []
    private var stale: [HoldSurvey] = []
    private var expired: [Expired] = []
    private(set) var outcome: String?

    init(_ stages: [Stage]) {
        self.stages = stages
    }

    var isAboutToWrite: Bool { stages.isEmpty }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        guard let stage = stages.first else { return try await write(bench) }
        stages.removeFirst()
        switch stage {
        case .index:
            try await bench.store.scanIndex { members += $0 }
            members.sort()
            return "index scan, \(members.count) members"
        case .clock:
            now = Timestamp(milliseconds: model.now * 1000)
            return "clock"
        case .orders:
            orders = model.snapshot(knowing: members).orders
            return "orders of the members"
        case .survey:
            try await survey(bench)
            if stale.isEmpty && expired.isEmpty { outcome = "nothing stale" }
            return "survey: \(stale.count) stale, \(expired.count) expired"
        }
    }

    private mutating func survey(_ bench: Bench) async throws {
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: members)
        for hold in try await bench.store.survey([request]).flatMap(\.holds) {
            let order = orders.first { $0.token == hold.token }
            switch (Verdict(order: order, state: hold.state, now: now, policy: Policy()), hold.state) {
            case (.release(.expired), .whole(let whole)) where whole.status == .held:
                expired.append(Expired(token: hold.token, hold: whole, fence: hold.fence))
            case (.release(.expired), _), (.absent, _), (.ended, _), (.notActive, _), (.activeWithoutHold, _):
                stale.append(hold)
            case (.release, _), (.active, _), (.extended, _), (.rewrite, _), (.renew, _), (.inFlight, _),
                (.finalize, _),
                (.sqlBehind, _):
                break
            }
        }
    }

    /// Each member and each release is a script of its own, and so a step.
    private mutating func write(_ bench: Bench) async throws -> String {
        do {
            let text = stale.isEmpty ? try await release(bench) : try await remove(bench)
            if stale.isEmpty && expired.isEmpty { outcome = "purged" }
            return text
        } catch let loss as LeaseLoss {
            outcome = "lost the lease"
            return "\(loss)"
        }
    }

    private mutating func remove(_ bench: Bench) async throws -> String {
        let hold = stale.removeFirst()
        let change = HoldChange(token: hold.token, fence: hold.fence, hash: .keep, index: .remove)
        let outcome = try await bench.repairs.apply([change]).first
        return "member \(hold.token) removed: \(outcome == .applied ? "applied" : "moved")"
    }

    private mutating func release(_ bench: Bench) async throws -> String {
        let hold = expired.removeFirst()
        var outcome: ReleaseOutcome?
        try await bench.repairs.release(
            [HeldHold(token: hold.token, hold: hold.hold, fence: hold.fence)], now: now,
            keptFor: Policy().releasedTTL
        ) { outcome = $0.first }
        return "release of \(hold.token): \(outcome.map { "\($0)" } ?? "nothing")"
    }
}
