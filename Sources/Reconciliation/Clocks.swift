import FoundationEssentials
import HoldModel
import PostgresSource
import RedisStore

/// The three clocks that a run depends on, read as close together as can be (design section 4).
struct Clocks: Sendable {
    let redis: Timestamp
    let postgres: Timestamp
    let local: Timestamp

    /// A reading that takes longer shows how busy a machine is, besides how its clock goes.
    private static let soon = Duration.seconds(1)
    private static let readings = 5

    /// Reads them, and again where that took long; then the quickest reading is the one to go by.
    static func read(_ source: PostgresSource, _ store: HoldStore) async throws -> Clocks {
        var quickest = try await timedReading(source, store)
        for _ in 1..<readings where quickest.took >= soon {
            let next = try await timedReading(source, store)
            if next.took < quickest.took { quickest = next }
        }
        return quickest.clocks
    }

    private static func timedReading(
        _ source: PostgresSource, _ store: HoldStore
    ) async throws -> (clocks: Clocks, took: Duration) {
        let start = ContinuousClock.now
        let clocks = try await readOnce(source, store)
        return (clocks, .now - start)
    }

    private static func readOnce(_ source: PostgresSource, _ store: HoldStore) async throws -> Clocks {
        let postgres = try await source.snapshot(of: [], tokens: []).clock.time
        let redis = try await store.time()
        let local = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        return Clocks(redis: redis, postgres: postgres, local: local)
    }

    /// How far the farthest two lie apart.
    var skew: Duration {
        let all = [redis, postgres, local].map(\.milliseconds)
        return .milliseconds((all.max() ?? 0) - (all.min() ?? 0))
    }

    /// What the run may do under this skew: graces grow by it, and above the limit nothing is put on sale. A run that only
    /// looks still sees all that is off.
    func adjusted(_ policy: Policy, maxSkew: Duration, writes: Bool) -> (policy: Policy, warnings: [String]) {
        var policy = policy
        let seconds = Int64((skew / .seconds(1)).rounded(.up))
        // Reading three clocks takes its time; below a second that is all there is to see.
        if skew >= .seconds(1) {
            policy.finalizeGrace += seconds
            policy.claimGrace += seconds
        }
        guard skew > maxSkew else { return (policy, []) }
        policy.tightensOnly = policy.tightensOnly || writes
        return (
            policy,
            [
                "the clocks lie \(seconds) s apart (Redis \(redis.iso8601), PostgreSQL \(postgres.iso8601), this machine "
                    + "\(local.iso8601)): nothing \(writes ? "was" : "would be") put back on sale; set them right, or raise "
                    + "--max-skew"
            ]
        )
    }
}
