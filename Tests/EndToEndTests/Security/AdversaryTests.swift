import TestPlatform
import TestServers
import Testing

/// Scenes in which a plausible shortcut sells seats twice, each found by trying.
@Suite(.postgres) struct AdversaryTests {
    static let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0"]

    @Test func anOrderWhoseTokenIsTheIndexNameNeverTouchesTheIndex() async throws {
        for (status, age) in [("pending_payment", 0), ("processing", 0), ("pending_payment", 9999)] {
            try await withPlatform { platform, program in
                let injection = try await Fault.ttlRace.inject(into: platform, event: "leaky")
                try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
                let hold = PlatformHold(
                    token: "expiration-index", event: "gala", seats: [Seats("stalls", 2)], createdAt: Clock.now() - age,
                    expiresAt: Clock.now() + 300 - age)
                try await platform.insertOrder(
                    hold, status: status, createdAt: hold.createdAt, expiresAt: hold.expiresAt)
                let run = try await program.run(Self.rebuild + ["--format", "json"])
                #expect(try run.document().findings.contains { $0.outcome == "refused" && $0.event == "gala" })
                #expect(run.status == 2)
                try await platform.expect(injection)
            }
        }
    }

    @Test func anIndexMemberOfTheIndexNameIsAnOrphan() async throws {
        try await withPlatform { platform, program in
            let injection = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            try await platform.redis.command("ZADD", platform.indexKey, "1", "expiration-index")
            #expect(try await program.run(Self.rebuild).status == 0)
            try await platform.expect(injection)
        }
    }

    @Test(arguments: [("entries", "[{"), ("status", "checkout_processing"), ("expiresAtEpoch", "soon")])
    func aHoldThatCannotBeReadMayHaveBeenExtended(_ field: String, _ value: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let hold = try await platform.acquire("cart", event: "gala", [Seats("stalls", 5)], at: Clock.now() - 630)
            try await platform.orderB(hold, at: hold.createdAt)
            try await platform.extend(hold, by: 600, at: Clock.now() - 100)
            try await platform.redis.command("HSET", platform.holdKey("cart"), field, value, "expiresAt", "soon")
            // Nor does the index tell when it ends.
            try await platform.redis.command("ZADD", platform.indexKey, "17000000000000", "cart")
            let run = try await program.run(Self.rebuild)
            #expect(run.status == 2)
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "95")
            #expect(try await platform.redis.command("EXISTS", platform.holdKey("cart")) == "1")
        }
    }

    @Test func aHoldAndItsOrderOfTwoEventsStopBoth() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("a", categories: [("a-stalls", 100, 0)])
            try await platform.addEvent("b", categories: [("b-stalls", 100, 0)])
            let hold = try await platform.acquire("cart", event: "a", [Seats("a-stalls", 5)], at: Clock.now() - 900)
            try await platform.claim(hold, at: Clock.now() - 800, hashTTL: 900)
            try await platform.commit(hold)
            let order = PlatformHold(
                token: "cart", event: "b", seats: [Seats("b-stalls", 5)], createdAt: hold.createdAt, expiresAt: 0)
            try await platform.insertOrder(order, status: "processing", createdAt: hold.createdAt, expiresAt: nil)
            for arguments in [[], ["--event", "a"], ["--event", "b"]] {
                #expect(try await program.run(Self.rebuild + arguments).status == 2)
                #expect(try await platform.inventory(event: "a", category: "a-stalls")["available"] == "95")
                #expect(try await platform.hold("cart")["status"] == "checkout_committed")
            }
        }
    }

    @Test(arguments: ["payment_review", "pending_payment"])
    func aPurgeReleasesNoHoldWhoseOrderARebuildRefuses(_ status: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let hold = try await platform.acquire("cart", event: "gala", [Seats("stalls", 5)], at: Clock.now() - 630)
            try await platform.insertOrder(hold, status: status, createdAt: hold.createdAt, expiresAt: hold.expiresAt)
            try await platform.sql("UPDATE orders SET expires_at = 'infinity' WHERE status = 'pending_payment'")
            _ = try await program("purge", "--execute")
            #expect(try await platform.hold("cart")["status"] == "held")
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == "95")
        }
    }

    /// Each run would write the other's counts.
    @Test(arguments: ["live", "stopped"]) func categoriesThatShareAnInventoryKeyAreRefused(_ traffic: String)
        async throws
    {
        try await withPlatform { platform, program in
            try await platform.addEvent("a", categories: [("b:q", 5, 5), ("other", 3, 0)])
            try await platform.addEvent("a:b", categories: [("q", 9, 0)])
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            try await platform.redis.flushAll()
            for _ in 1...2 {
                let run = try await program.run(Self.rebuild + ["--traffic", traffic])
                #expect(run.status == 2)
                #expect(run.output.contains("category b:q of event a as well"))
                #expect(run.output.contains("category q of event a:b as well"))
                let keys = try await platform.redis.command("KEYS", platform.inventoryKey(event: "*", category: "*"))
                #expect(keys == platform.inventoryKey(event: "gala", category: "stalls"))
            }
        }
    }

    @Test func mostInventoryBeingUnknownToSQLIsAWrongDatabase() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            for number in 1...3 {
                try await platform.redis.command(
                    "HSET", platform.inventoryKey(event: "prod", category: "c\(number)"), "total", "9", "sold", "0",
                    "pending", "0", "available", "9", "version", "1")
            }
            #expect(try await program.run(Self.rebuild).status == 2)
            #expect(try await platform.inventory(event: "prod", category: "c1")["total"] == "9")
            #expect(try await program.run(Self.rebuild + ["--force"]).status == 0)
            #expect(try await platform.inventory(event: "prod", category: "c1") == [:])
        }
    }

    @Test func aTTLThatNoKeyCanHaveIsRefused() async throws {
        try await withPlatform { _, program in
            let run = try await program.run(["check"], environment: ["HOLD_TTL_SECONDS": "9223372036854775807"])
            #expect(run.status == 64)
        }
    }
}
