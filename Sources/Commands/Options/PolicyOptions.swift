import ArgumentParser
import HoldModel
import Worker

/// The options about the platform that verdicts depend on, most of them spans of time.
struct PolicyOptions: ParsableArguments {
    @Option(help: "Seconds that the platform holds seats (HOLD_TTL_SECONDS; default 600).")
    var holdTtl: Int64?

    @Option(help: "Seconds after payment in which the finalizer may still be under way.")
    var finalizeGrace: Int64 = 60

    @Option(help: "Seconds past its expiry in which a claimed hold without an order is left alone.")
    var claimGrace: Int64 = 60

    @Option(
        help: """
            How old an accepted checkout must be before evidence that it failed counts: seconds, or 30m, 1h, 2d \
            (default 1h).
            """)
    var abandonedAfter: String?

    @Option(
        help: """
            How old an accepted checkout must be to count as abandoned without other evidence; longer than your queue \
            keeps a message (default 14d).
            """)
    var abandonCheckoutsOlderThan: String?

    @Option(help: "An accepted order that nobody will sell, as you know; may be repeated.")
    var abandonOrder: [String] = []

    @Option(
        help: """
            The finalizer's list in Redis, without the prefix, or none \
            (REDIS_FINALIZATION_QUEUE_KEY; default queues:finalization).
            """)
    var finalizationQueue: String?

    func validate() throws {
        let spans: [(name: String, value: Int64, least: Int64)] = [
            ("--hold-ttl", holdTtl ?? 600, 1), ("--finalize-grace", finalizeGrace, 0), ("--claim-grace", claimGrace, 0),
        ]
        for (name, value, least) in spans where !(least...31_536_000).contains(value) {
            throw ValidationError("\(name) is a number of seconds, a year at the most")
        }
    }

    func policy(_ holds: Policy.Holds, _ environment: Environment = .current) throws -> Policy {
        var policy = Policy()
        policy.holds = holds
        if let seconds = try environment.positive("HOLD_TTL_SECONDS"), seconds > 31_536_000 {
            throw ValidationError("HOLD_TTL_SECONDS is a number of seconds, a year at the most")
        }
        policy.holdTTL = try holdTtl ?? environment.positive("HOLD_TTL_SECONDS") ?? policy.holdTTL
        policy.finalizeGrace = finalizeGrace
        policy.claimGrace = claimGrace
        policy.abandonedAfter = try Self.seconds(abandonedAfter, "--abandoned-after") ?? policy.abandonedAfter
        policy.abandonOlderThan =
            try Self.seconds(abandonCheckoutsOlderThan, "--abandon-checkouts-older-than") ?? policy.abandonOlderThan
        // Without its unit, 14 would be seconds and not days, and every accepted checkout would go on sale.
        guard policy.abandonOlderThan >= max(policy.abandonedAfter, policy.holdTTL) else {
            throw ValidationError(
                "--abandon-checkouts-older-than is at least as long as --abandoned-after and the hold TTL, such as 14d")
        }
        if abandonOrder.contains("") { throw ValidationError("--abandon-order is the id of an order") }
        policy.abandonedOrders = Set(abandonOrder.map { OrderID($0) })
        return policy
    }

    /// Returns the name of the finalizer's list; `nil` where it is not in Redis.
    ///
    /// - Throws: `ValidationError` for an impossible name. Such a list would seem empty, and its messages would count as lost.
    func queue(_ environment: Environment = .current) throws -> String? {
        let name = finalizationQueue ?? environment["REDIS_FINALIZATION_QUEUE_KEY"] ?? "queues:finalization"
        if name == "none" { return nil }
        guard !name.isEmpty, !name.contains(where: \.isWhitespace), name.lowercased() != "none",
            !name.hasSuffix(":dead-letter")
        else {
            throw ValidationError(
                "--finalization-queue (REDIS_FINALIZATION_QUEUE_KEY) is the name of the finalizer's list without the key "
                    + "prefix, such as queues:finalization, or none where the queue is not in Redis")
        }
        return name
    }

    private static func seconds(_ text: String?, _ option: String) throws -> Int64? {
        guard let text else { return nil }
        guard let interval = Interval(text, atMost: 10 * 31_536_000) else {
            throw ValidationError("\(option) must be seconds, or such as 30m, 1h, 14d")
        }
        return interval.duration.components.seconds
    }
}
