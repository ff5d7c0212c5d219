import HoldModel
import Reconciliation
import RedisStore
import TestOutcomes

/// Drives the program's own ``StalePurge`` at the whole index, a step at a time: each member and each release is a script of its
/// own, and so a step.
struct PurgeRun: Sendable, Hashable {
    private let reads: [StalePurge.Step]
    /// `nil` until the index was walked.
    private var purge: StalePurge?
    private(set) var outcome: String?

    init(_ reads: [StalePurge.Step]) {
        self.reads = reads
    }

    var isAboutToWrite: Bool { purge?.next == .remove || purge?.next == .release }

    /// Takes the next step.
    ///
    /// - Returns: what it was, in words.
    mutating func step(_ model: RaceModel, _ bench: Bench) async throws -> String {
        guard var purge = self.purge else {
            var members: [HoldToken] = []
            try await bench.store.scanIndex { members += $0 }
            self.purge = StalePurge(members.sorted(), reads: reads)
            return "index scan, \(members.count) members"
        }
        do {
            let said = try await take(&purge, model, bench)
            self.purge = purge
            if purge.next == nil { outcome = "purged" }
            return said
        } catch let loss as LeaseLoss {
            outcome = "lost the lease"
            return "\(loss)"
        }
    }

    private func take(_ purge: inout StalePurge, _ model: RaceModel, _ bench: Bench) async throws -> String {
        switch purge.next {
        case .clock: purge.take(now: Timestamp(milliseconds: model.now * 1000))
        case .orders:
            let orders = model.snapshot(knowing: purge.members).orders
            purge.take(Dictionary(uniqueKeysWithValues: orders.map { ($0.token, $0) }))
        case .survey:
            let request = SurveyRequest(event: EventID(""), categories: [], tokens: purge.members)
            purge.take(try await bench.store.survey([request]).flatMap(\.holds), Policy())
        case .remove:
            let hold = purge.takeStale(1)[0]
            let became = try await bench.repairs.apply([hold.removal]).first
            return "member \(hold.token) removed: \(became == .applied ? "applied" : "moved")"
        case .release:
            let held = purge.takeExpired(1)
            var became: ReleaseOutcome?
            try await bench.repairs.release(held, now: purge.now, keptFor: Policy().releasedTTL) { became = $0.first }
            return "release of \(held[0].token): \(became.map { "\($0)" } ?? "nothing")"
        case .replay, nil: preconditionFailure("SQL is a primary")
        }
        return purge.next.map { "read, next: \($0)" } ?? "read, nothing stale"
    }
}
