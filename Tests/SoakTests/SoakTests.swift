import TestPlatform
import TestServers
import TestTraffic
import Testing

/// While tickets are selling, the program finds what is wrong, and nothing else (design section 4).
@Suite(.postgres, .serialized) struct SoakTests {
    @Test func healthyTrafficIsLeftAlone() async throws {
        let soak = try await Soak.run("healthy soak")
        let wrong = soak.findings(["found", "applied", "moved", "refused"])
        #expect(wrong.isEmpty, "\(wrong.count) findings where nothing is wrong: \(wrong.prefix(5))")
    }

    @Test func whatWentWrongIsRepairedToTheSeat() async throws {
        var options = TrafficOptions()
        options.faults = [.ttlRace: 6, .lostClaim: 6, .lostFinalize: 6, .failedRollback: 6]
        let soak = try await Soak.run("faulty soak", options, claimGrace: 1)
        #expect(Set(soak.injected.keys) == Set(options.faults.keys.map(\.rawValue)))
        for cause in Set(soak.injected.keys).union(soak.repaired.keys).sorted() {
            #expect(soak.repaired[cause] == soak.injected[cause], "\(cause)")
        }
    }

    /// The finalizer is away for longer than any hash lives, comes back, and goes again.
    @Test func aFinalizerThatComesBackLateSellsNothingTwice() async throws {
        var options = TrafficOptions()
        options.backlog = Backlog()
        options.faults = [.abandonedCheckout: 6]
        let soak = try await Soak.run("soak of a late finalizer", options, ["--hold-ttl", "2", "--release-after", "1"])
        let counts = soak.books.diary.counts
        for what in ["late sales", "dead letters", "replays", "failed confirmations"] {
            #expect(counts[what, default: 0] > 0, "\(what)")
        }
        #expect(soak.repaired["abandoned-checkout"] == soak.injected["abandoned-checkout"])
        #expect(soak.injected["abandoned-checkout"] != nil)
        #expect(soak.findings(["noted"]).contains { $0.cause == "waiting-finalizer" })
        // Hashes are written again, and nothing else.
        #expect(Set(soak.repaired.keys).isSubset(of: ["abandoned-checkout", "lost-hash", "zombie-hold"]))
    }
}
