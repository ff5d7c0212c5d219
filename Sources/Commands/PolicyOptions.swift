import ArgumentParser
import HoldModel

/// The platform's spans of time, as far as verdicts depend on them.
struct PolicyOptions: ParsableArguments {
    @Option(help: "Seconds that the platform holds seats (HOLD_TTL_SECONDS; default 600).")
    var holdTtl: Int64?

    @Option(help: "Seconds after payment in which the finalizer may still be under way.")
    var finalizeGrace: Int64 = 60

    @Option(help: "Seconds past its expiry in which a claimed hold without an order is left alone.")
    var claimGrace: Int64 = 60

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
        return policy
    }
}
