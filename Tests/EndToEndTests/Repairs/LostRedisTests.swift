import TestPlatform
import TestServers
import Testing

/// Redis lost everything: it comes back from SQL, whole, and the platform goes on.
@Suite(.postgres) struct LostRedisTests {
    static let rebuild = ["rebuild", "--holds", "rebuild", "--execute"]

    @Test(arguments: ["live", "stopped"]) func comesBackFromSQLWhole(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let index = try await platform.index()
            try await platform.redis.flushAll()
            let run = try await program.run(Self.rebuild + ["--traffic", traffic])
            #expect(run.status == 0)
            try await expectAgreement(on: platform)
            for event in ["matinee", "gala", "late show"] {
                // What was held in Redis only is gone with it; the orders' seats are not.
                #expect(
                    try await platform.inventory(event: event, category: "\(event) stalls") == [
                        "total": "100", "sold": "11", "pending": "4", "available": "85", "version": "1",
                    ])
                let ordering = try await platform.hold("\(event) ordering")
                #expect(ordering["status"] == "held")
                #expect(ordering["expiresAtEpoch"] == index["\(event) ordering"].map { String(Int($0)) })
                #expect(try await platform.hold("\(event) paying")["status"] == "checkout_committed")
            }
            #expect(try await platform.index().count == 6)
        }
    }

    @Test func aHoldWrittenAgainHasEveryFieldThatThePlatformWrites() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let cart = try await platform.acquire("cart", event: "gala", [Seats("stalls", 3)])
            let paid = try await platform.acquire("paid", event: "gala", [Seats("stalls", 1)])
            try await platform.orderB(cart, at: cart.createdAt)
            try await platform.checkoutA(paid, at: paid.createdAt)
            let before = (try await platform.hold(cart.token), try await platform.hold(paid.token))
            try await platform.redis.flushAll()
            #expect(try await program.run(Self.rebuild).status == 0)
            let after = (try await platform.hold(cart.token), try await platform.hold(paid.token))
            for field in ["token", "status", "createdAt", "expiresAt", "expiresAtEpoch", "entries"] {
                #expect(after.0[field] == before.0[field], "\(field)")
            }
            #expect(Set(after.0.keys) == Set(before.0.keys).union(["orderId"]))
            #expect(Set(after.1.keys) == Set(before.1.keys).union(["orderId"]))
            #expect(after.1["orderReference"] == before.1["orderReference"])
            #expect(after.0["metadata"] == #"{"eventId":"gala","requesterId":"hold-reconciler"}"#)
        }
    }

    @Test func aHoldOfFlowBCanBeClaimedCommittedAndFinalized() async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.lose(.items) { try await platform.orderB($0) }
            #expect(try await program.run(Self.rebuild).status == 0)
            try await platform.payB(hold)
            try await platform.sell(platform.asWritten(hold))
            try await platform.expectSold()
        }
    }

    @Test func aHoldOfFlowBCanBeExtendedAndReleased() async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.lose(.items) { try await platform.orderB($0) }
            #expect(try await program.run(Self.rebuild).status == 0)
            let extended = try await platform.extend(platform.asWritten(hold), by: 900)
            try await platform.release(extended)
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "100")
        }
    }

    @Test func theCleanerMeetsAHoldThatWasWrittenAgain() async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.lose(.items) { try await platform.orderB($0) }
            #expect(try await program.run(Self.rebuild).status == 0)
            let cleaned = try await platform.clean(at: hold.expiresAt)
            #expect(cleaned == CleanupRun(total: 1, released: 1, skipped: 0, errors: 0))
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "100")
            let ttl = try await platform.redis.command("TTL", platform.holdKey(hold.token))
            #expect(Int(ttl) ?? 0 > 0)
        }
    }

    @Test(arguments: [OrderForm.items, .ticketsOnly]) func aHoldOfFlowACanBeFinalized(_ form: OrderForm) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.lose(form) { try await platform.checkoutA($0, form: form) }
            #expect(try await program.run(Self.rebuild).status == 0)
            try await platform.sell(platform.asWritten(hold))
            try await platform.expectSold()
        }
    }

    @Test func aPaidOrderOfFlowBIsFinalized() async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.lose(.items) {
                try await platform.orderB($0)
                try await platform.payB($0)
            }
            #expect(try await program.run(Self.rebuild).status == 0)
            try await platform.sell(platform.asWritten(hold))
            try await platform.expectSold()
        }
    }
}

extension Platform {
    /// A hold that goes as far as `body` takes it, and a Redis that is emptied then.
    fileprivate func lose(_ form: OrderForm, _ body: (PlatformHold) async throws -> Void) async throws -> PlatformHold {
        try await addEvent("gala", categories: [("stalls", 100, 0), ("circle", 50, 0)])
        let hold = try await acquire("cart", event: "gala", [Seats("stalls", 3), Seats("circle", 2)])
        try await body(hold)
        try await redis.flushAll()
        return hold
    }

    fileprivate func expectSold() async throws {
        var fields = try await inventory(event: "gala", category: "stalls")
        fields["version"] = nil
        #expect(fields == ["total": "100", "sold": "3", "pending": "0", "available": "97"])
        #expect(try await index() == [:])
        try await expectAgreement(on: self)
    }
}
