import TestPlatform
import TestServers
import TestTraffic
import Testing

/// Holds that only the keyspace knows: claimed, without an order, their member dropped by the cleaner.
@Suite(.postgres) struct OldClaimTests {
    /// Such a hold may come into being after the run's scan of the keyspace. It must not pass for a leak: its buyer may
    /// be about to pay.
    @Test func aClaimThatTheIndexDoesNotKnowIsNoLeak() async throws {
        var options = TrafficOptions()
        options.faults = [.lostClaim: 60]
        options.lostClaimAge = 3600
        options.lostClaimLife = 600
        options.cleaning = .milliseconds(50)
        let soak = try await Soak.run("soak of old claims", options)
        #expect(Set(soak.repaired.keys) == ["lost-claim"])
        #expect(soak.repaired["lost-claim"] == soak.injected["lost-claim"])
    }
}
