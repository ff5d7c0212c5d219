import HoldModel
import PostgresSource
import RedisStore

/// The clocks that a run depends on, each compared with this machine's (design section 4).
struct Clocks: Sendable {
    let postgres: ClockReading?
    /// `nil` where Redis does not tell its time.
    let redis: ClockReading?

    /// The longest reading, in milliseconds, that is good enough. A longer one says little, and is taken again.
    private static let soon: Int64 = 1000
    private static let readings = 5

    static func read(_ source: PostgresSource, _ store: HoldStore) async throws -> Clocks {
        Clocks(
            postgres: try await quickest { try await source.snapshot(of: [], tokens: []).clock.time },
            redis: try await quickest { try await store.ownTime() })
    }

    private static func quickest(_ question: () async throws -> Timestamp?) async throws -> ClockReading? {
        guard var quickest = try await ClockReading.take(question) else { return nil }
        for _ in 1..<readings where quickest.waited >= soon {
            guard let next = try await ClockReading.take(question) else { break }
            if next.waited < quickest.waited { quickest = next }
        }
        return quickest
    }

    /// How far each clock may be ahead of this machine's, in milliseconds; this machine's own is among them.
    private var ahead: [ClosedRange<Int64>] {
        [0...0] + [postgres, redis].compactMap { $0?.ahead }
    }

    /// The least that the two farthest clocks differ by.
    var skew: Duration {
        .milliseconds(max(0, (ahead.map(\.lowerBound).max() ?? 0) - (ahead.map(\.upperBound).min() ?? 0)))
    }

    /// The most that two clocks may differ by, as far as can be seen.
    private var greatestSkew: Duration {
        .milliseconds((ahead.map(\.upperBound).max() ?? 0) - (ahead.map(\.lowerBound).min() ?? 0))
    }

    /// Returns the policy under this skew. Graces grow by as much as the skew may be. Above the limit, or where the
    /// skew cannot be known, a run that writes puts nothing on sale; one that only looks still sees all that is off.
    func adjusted(_ policy: Policy, maxSkew: Duration, writes: Bool) -> (policy: Policy, warnings: [String]) {
        var policy = policy
        // Reading a clock takes some time; a difference below a second may be just that.
        if greatestSkew >= .seconds(1) {
            let seconds = Int64((greatestSkew / .seconds(1)).rounded(.up))
            policy.finalizeGrace += seconds
            policy.claimGrace += seconds
        }
        // The warning that Redis does not tell its time is with those about commands that it refuses.
        if redis == nil { policy.tightensOnly = policy.tightensOnly || writes }
        guard skew > maxSkew else { return (policy, []) }
        policy.tightensOnly = policy.tightensOnly || writes
        let places = [("Redis", redis), ("PostgreSQL", postgres)].compactMap { name, reading in
            reading.map { "\(name) is \($0.place)" }
        }
        return (
            policy,
            [
                "the clocks lie \(Int64((skew / .seconds(1)).rounded(.up))) s apart (\(places.joined(separator: ", "))): "
                    + "nothing \(writes ? "was" : "would be") put back on sale; set them right, or raise --max-skew"
            ]
        )
    }
}

extension ClockReading {
    /// The difference of the clock, in words.
    package var place: String {
        let seconds = Double(surelyAhead.magnitude) / 1000
        if surelyAhead == 0 { return "right to \(Double(waited) / 1000) s by this machine's" }
        return "\(seconds) s \(surelyAhead < 0 ? "behind" : "ahead of") this machine's"
    }
}
