import TestPlatform
import TestServers
import Testing

/// A hold that was met elsewhere than its order is judged with its order all the same.
@Suite(.postgres) struct StrayHoldTests {
    /// Where the hold seems to belong to another event.
    enum Sign: CaseIterable {
        case metadataNamesAnotherEventToo
        case metadataNamesAnotherEventFirst
        case metadataNamesAnotherEventOnly
    }

    @Test(arguments: Sign.allCases, ["live", "stopped"])
    func aPaidHoldKeepsItsSeats(_ sign: Sign, _ traffic: String) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.takeSixSeats(age: 3000)
            try await platform.orderB(hold, at: Clock.now() - 2990)
            try await platform.payB(hold, at: Clock.now() - 2980)
            try await platform.redis.command("HSET", platform.holdKey(hold.token), "metadata", sign.metadata)
            try await platform.clean()
            let report = try await program.report(
                FinalizerBacklogTests.rebuild + ["--traffic", traffic])
            #expect(!report.causes.contains("lost-claim"))
            #expect(try await platform.hold(hold.token)["status"] == "checkout_committed")
            try await platform.expectHall(sold: 0, pending: 6)
            try await platform.sell(hold)
            try await platform.expectHall(sold: 6, pending: 0)
        }
    }
}

extension StrayHoldTests.Sign {
    fileprivate var metadata: String {
        switch self {
        case .metadataNamesAnotherEventToo: #"{"eventId": "gala", "requesterId": "u", "series": {"eventId": "gone"}}"#
        case .metadataNamesAnotherEventFirst: #"{"series": {"eventId": "gone"}, "eventId": "gala", "requesterId": "u"}"#
        case .metadataNamesAnotherEventOnly: #"{"eventId": "gone", "requesterId": "u"}"#
        }
    }
}
