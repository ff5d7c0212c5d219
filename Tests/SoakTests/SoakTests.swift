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
}
