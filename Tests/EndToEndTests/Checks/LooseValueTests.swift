import TestPlatform
import TestServers
import Testing

/// Values that the platform's scripts read without complaint, spelt otherwise than the platform spells them.
@Suite(.postgres) struct LooseValueTests {
    static let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0"]

    static let spellings = [
        #"[{"eventId":12,"categoryId":34,"quantity":3}]"#,
        #"[{"eventId":12.0,"categoryId":3.4e1,"quantity":3.0}]"#,
        #"[{"eventId":"12","categoryId":"34","quantity":"3"}]"#,
        #"[{"eventId":"12","categoryId":"34","\u0071uantity":3}]"#,
        #"[{"eventId":"12","categoryId":"34","quantity":1},{"eventId":"12","categoryId":"34","quantity":2}]"#,
        #" [ { "quantity" : 3 , "note" : { "quantity" : [ 9, { "eventId" : "x" } ] }, "categoryId":"34", "eventId":"12" } ] "#,
        #"[{"quantity":7,"eventId":"x","eventId":"12","categoryId":"34","quantity":3}]"#,
    ]

    @Test(arguments: spellings) func entriesAreReadAsThePlatformReadsThem(_ entries: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("12", categories: [("34", 100, 10)])
            let browsing = try await platform.acquire("browsing", event: "12", [Seats("34", 3)])
            let paying = try await platform.acquire("paying", event: "12", [Seats("34", 3)])
            try await platform.checkoutA(paying)
            for hold in [browsing, paying] {
                try await platform.redis.command("HSET", platform.holdKey(hold.token), "entries", entries)
            }
            let before = try await platform.redis.dumpAll()
            let check = try await program.report("check", "--deep")
            #expect(check.exitStatus == 0)
            #expect(check.drift.isEmpty, "\(check.findings)")
            #expect(try await program.run(Self.rebuild).status == 0)
            #expect(try await platform.redis.dumpAll() == before)
        }
    }

    @Test func theEventOfAHoldIsThatOfItsEntries() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let start = Clock.now() - 3000
            let hold = try await platform.acquire("cart", event: "gala", [Seats("stalls", 3)], at: start, hashTTL: 4000)
            try await platform.redis.command(
                "HSET", platform.holdKey("cart"), "status", "checkout_committed", "orderReference", "order",
                "metadata", #"{"eventId": "gala", "requesterId": "u", "series": {"eventId": "gone"}}"#,
                "entries", #"[{"eventId": "gala", "categoryId": "stalls", "quantity": 3}]"#)
            try await platform.redis.command("ZREM", platform.indexKey, "cart")
            try await platform.insertOrder(hold, status: "processing", createdAt: start, expiresAt: nil)
            let run = try await program.run(Self.rebuild + ["--traffic", "stopped"])
            #expect(run.status == 0)
            #expect(try await platform.hold("cart")["status"] == "checkout_committed")
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "97")
        }
    }

    @Test func aLiveHashThatIsWrittenAgainKeepsItsExpiryItsRequesterAndWhatIsNotOurs() async throws {
        for (field, value) in [("entries", "[{"), ("status", "checkout_processing")] {
            try await withPlatform { platform, program in
                try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
                let hold = try await platform.acquire(
                    "cart", event: "gala", [Seats("stalls", 3)], requester: "buyer-7")
                try await platform.orderB(hold)
                let extended = try await platform.extend(hold, by: 1200)
                try await platform.redis.command(
                    "HSET", platform.holdKey("cart"), field, value, "seatMap", "A1,A2,A3")
                #expect(try await program.run(Self.rebuild).status == 0)
                let fields = try await platform.hold("cart")
                #expect(fields["expiresAtEpoch"] == String(extended.expiresAt))
                #expect(try await platform.index()["cart"] == Double(extended.expiresAt))
                #expect(fields["metadata"] == #"{"eventId":"gala","requesterId":"buyer-7"}"#)
                #expect(fields["seatMap"] == "A1,A2,A3")
                try await expectAgreement(on: platform)
            }
        }
    }

    /// The order of an accepted checkout outlives its hold: the hash is written again before the cleaner meets it.
    @Test func aHeldHashOfAnAcceptedOrderIsWrittenAgainAndStaysItsBuyers() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let start = Clock.now() - 900
            let hold = try await platform.acquire(
                "cart", event: "gala", [Seats("stalls", 3)], at: start, requester: "buyer-7")
            try await platform.redis.command("HSET", platform.holdKey("cart"), "seatMap", "A1")
            try await platform.insertOrder(hold, status: "pending_payment", createdAt: start, expiresAt: nil)
            #expect(try await program.run(Self.rebuild).status == 0)
            let fields = try await platform.hold("cart")
            #expect(fields["status"] == "checkout_committed")
            #expect(fields["metadata"] == #"{"eventId":"gala","requesterId":"buyer-7"}"#)
            #expect(fields["seatMap"] == "A1")
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "97")
        }
    }

    /// Seconds become milliseconds in one place, and not in the other.
    @Test(arguments: ["hash", "both", "score", "past"]) func millisecondsAreNeverCopied(_ place: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let hold = try await platform.acquire("cart", event: "gala", [Seats("stalls", 3)])
            let key = platform.holdKey("cart")
            let now = Clock.now()
            switch place {
            case "hash": try await platform.redis.command("HSET", key, "expiresAtEpoch", "\(hold.expiresAt)000")
            case "both":
                try await platform.redis.command("HSET", key, "expiresAtEpoch", "\(hold.expiresAt)000")
                try await platform.redis.command("ZADD", platform.indexKey, "\(hold.expiresAt)000", "cart")
            case "score": try await platform.redis.command("ZADD", platform.indexKey, "\(hold.expiresAt)000", "cart")
            default:
                try await platform.redis.command("HSET", key, "expiresAtEpoch", "\(now - 3600)000")
                try await platform.redis.command("ZADD", platform.indexKey, "\(now - 3600)", "cart")
            }
            #expect(try await program.report("check", "--deep").exitStatus == 2)
            #expect(try await program.run(Self.rebuild).status == 0)
            let fields = try await platform.hold("cart")
            #expect(fields["status"] == "held")
            #expect(fields["expiresAtEpoch"] == String(hold.expiresAt))
            #expect(try await platform.index()["cart"] == Double(hold.expiresAt))
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "97")
            #expect(try await program.report("check", "--deep").exitStatus == 0)
        }
    }
}
