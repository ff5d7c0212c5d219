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

    /// The stray's event is looked at once more, when its own holds were let go of with their page.
    @Test(arguments: ["live", "stopped"])
    func aCartBesideAStrayKeepsItsSeats(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 10, 0)])
            let cart = try await platform.acquire("cart", event: "gala", [Seats("stalls", 2)])
            let epoch = String(Clock.now() + 300)
            try await platform.redis.command(
                "HSET", platform.holdKey("stray"), "token", "stray", "status", "cancelled", "expiresAtEpoch", epoch,
                "entries", #"[{"eventId":"gone","categoryId":"x","quantity":1}]"#, "metadata", #"{"eventId":"gone"}"#)
            try await platform.redis.command("ZADD", platform.indexKey, epoch, "stray")
            try await platform.sql(
                "INSERT INTO orders (id, event_id, hold_token, status) VALUES ('closed', 'gala', 'stray', 'cancelled')")
            _ = try await program.report(FinalizerBacklogTests.rebuild + ["--traffic", traffic])
            #expect(try await platform.inventory(event: "gala", category: "stalls")["pending"] == "2")
            #expect(try await platform.hold(cart.token)["status"] == "held")
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
