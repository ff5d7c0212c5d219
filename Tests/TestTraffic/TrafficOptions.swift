package import TestPlatform

/// How busy the traffic is, and what goes wrong in it.
package struct TrafficOptions: Sendable {
    package var clients = 8
    /// The longest pause between two buyers of a client.
    package var thinkTime: Duration = .milliseconds(10)
    /// The longest time that a buyer looks at something.
    package var browsingTime: Duration = .milliseconds(30)
    /// The longest time between SQL and Redis of the finalizer.
    package var finalizeDelay: Duration = .milliseconds(50)
    /// The pause between two runs of the cleaner; `nil` without a cleaner.
    package var cleaning: Duration? = .milliseconds(500)
    /// How often each of these goes wrong: `ttlRace`, `lostClaim`, `lostFinalize`, `failedRollback`, `abandonedCheckout`.
    package var faults: [Fault: Int] = [:]
    /// How many seconds before it was lost a lost claim's hold was taken. It lives for ``lostClaimLife``.
    package var lostClaimAge = 0
    package var lostClaimLife = 2

    /// What waits for a finalizer that is away; `nil` where each client's sales are finished at once.
    package var backlog: Backlog?

    package init() {}
}
