import Foundation
import LuaScripts
import TestPlatform
import TestServers
import Testing

/// Where nearly every hold has an order, a run leaves it to the walk over SQL to find the holds' events. What the walk
/// cannot find must be known all the same before seats are called leaked.
@Suite(.postgres) struct AwaitedHoldsTests {
    private static let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.3"]

    @Test(arguments: ["live", "stopped"])
    func holdsOfNoOrderAndOfAnotherEventsOrderKeepTheirSeats(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addSoldOutOrders()
            try await platform.acquire("cart", event: "event-1", [Seats("event-1-stalls", 5)])
            // Its hash says event-2, its order event-3: whose it is nobody knows, so neither event is touched.
            let torn = try await platform.acquire("torn", event: "event-2", [Seats("event-2-stalls", 7)])
            try await platform.sql(
                """
                INSERT INTO orders (id, event_id, hold_token, status, expires_at)
                VALUES ('torn', 'event-3', '\(torn.token)', 'pending_payment', now() + interval '1 hour');
                INSERT INTO order_items VALUES ('torn', 'event-3-stalls', 7);
                """)
            let check = try await program.report("check", "--deep", "--traffic", traffic)
            #expect(check.causes == ["malformed"])
            #expect(Set(check.findings.map(\.event)) == ["event-2", "event-3"])
            #expect(check.scanned.events == 4)
            #expect(check.totals.unchanged == 2)
            // The torn one is a hold of both.
            #expect(check.scanned.holds == 803)
            let dump = try await platform.redis.dumpAll()
            #expect(try await program.run(Self.rebuild + ["--traffic", traffic]).status == 2)
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    /// Its first entry and its order say event-1; of event-2, which a second entry names, nobody knows whether its seats are
    /// there.
    @Test(arguments: ["live", "stopped"])
    func anEventThatAHoldNamesAsWellIsLeftAlone(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addSoldOutOrders()
            let line = #"{"eventId":"event-1","categoryId":"event-1-stalls","quantity":1}"#
            let second = #"{"eventId":"event-2","categoryId":"event-2-stalls","quantity":3}"#
            try await platform.redis.command(
                "HSET", platform.holdKey("event-1-hold-9"), "entries", "[\(line),\(second)]")
            let key = platform.inventoryKey(event: "event-2", category: "event-2-stalls")
            for (counted, change) in [("pending", "3"), ("available", "-3"), ("version", "1")] {
                try await platform.redis.command("HINCRBY", key, counted, change)
            }
            let before = try await platform.inventory(event: "event-2", category: "event-2-stalls")
            let run = try await program.run(Self.rebuild + ["--traffic", traffic, "--format", "json"])
            #expect(run.status == 2)
            #expect(try run.document().findings.contains { $0.event == "event-2" && $0.outcome == "refused" })
            #expect(try await platform.inventory(event: "event-2", category: "event-2-stalls") == before)
        }
    }

    /// Its entries are what the platform's scripts move: what its metadata names has no part in it.
    @Test(arguments: ["live", "stopped"])
    func anEventThatMetadataAloneNamesIsJudgedWithoutTheHold(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addSoldOutOrders()
            let hold = platform.holdKey("event-1-hold-9")
            try await platform.redis.command(
                "HSET", hold, "metadata", #"{"eventId":"event-2","requesterId":"guest"}"#)
            let before = try await platform.redis.dumpAll()
            #expect(try await program.run(Self.rebuild + ["--traffic", traffic]).status == 0)
            #expect(try await platform.redis.dumpAll() == before)
        }
    }

    /// The hash has ended and names event-2, its open order event-3: whose seats are pending nobody knows.
    @Test(arguments: ["expired", "finalized"], ["live", "stopped"])
    func anEndedHoldOfAnotherEventsOrderPutsNothingOnSale(_ status: String, _ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addSoldOutOrders()
            let torn = try await platform.acquire("torn", event: "event-2", [Seats("event-2-stalls", 2)])
            try await platform.redis.command("HSET", platform.holdKey(torn.token), "status", status)
            try await platform.sql(
                """
                INSERT INTO orders (id, event_id, hold_token, status, expires_at)
                VALUES ('torn', 'event-3', '\(torn.token)', 'processing', NULL);
                INSERT INTO order_items VALUES ('torn', 'event-3-stalls', 2);
                """)
            let before = try await platform.inventory(event: "event-2", category: "event-2-stalls")
            _ = try await program.run(Self.rebuild + ["--traffic", traffic])
            #expect(try await platform.inventory(event: "event-2", category: "event-2-stalls") == before)
        }
    }

    @Test(arguments: ["confirmed", "cancelled"], ["live", "stopped"])
    func membersAndZombiesOfOrdersThatAreOverAreCleared(_ status: String, _ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addSoldOutOrders()
            for token in ["member", "zombie"] {
                try await platform.sql(
                    """
                    INSERT INTO orders (id, event_id, hold_token, status, created_at, updated_at)
                    VALUES ('\(token)', 'event-3', '\(token)', '\(status)', now() - interval '2 hours',
                            now() - interval '1 hour');
                    """)
                try await platform.redis.command("ZADD", platform.indexKey, "9999999999", token)
            }
            try await platform.redis.command(
                "HSET", platform.holdKey("zombie"), "status", "checkout_committed", "orderReference", "zombie")
            let check = try await program.report("check", "--traffic", traffic)
            #expect(check.exitStatus == 2)
            #expect(check.totals.byCause["orphan-member"]?.count == 2)
            #expect(try await program.run(Self.rebuild + ["--traffic", traffic]).status == 0)
            #expect(try await platform.index()["member"] == nil)
            #expect(try await platform.hold("zombie").isEmpty)
            #expect(try await program.report("check", "--deep").exitStatus == 0)
            try await expectAgreement(on: platform)
        }
    }

    @Test func nothingIsAskedTwiceAndNoScriptRunsWhereAllHoldsHaveOrders() async throws {
        try await withPlatform { platform, program in
            try await platform.addSoldOutOrders()
            try await platform.redis.command("CONFIG", "RESETSTAT")
            let check = try await program.report("check")
            #expect(check.exitStatus == 0)
            #expect(check.scanned.holds == 800)
            let stats = try await platform.redis.commandStats()
            #expect(stats["evalsha_ro"] == nil)
            #expect(stats["hmget"] == 804)
        }
    }

    @Test(arguments: ["live", "stopped"])
    func leaksAreFoundBesideThem(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addSoldOutOrders()
            try await platform.acquire("cart", event: "event-1", [Seats("event-1-stalls", 5)])
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            try await platform.redis.command("ZADD", platform.indexKey, "9999999999", "nobody")
            let report = try await program.report(Self.rebuild + ["--traffic", traffic])
            #expect(report.exitStatus == 0)
            #expect(report.causes == ["orphan-member", "ttl-race"])
            #expect(try await program("check", "--deep", "--traffic", traffic).status == 0)
            try await expectAgreement(on: platform)
        }
    }

    @Test func anOrderThatIsClosedBetweenTheLooksLosesNoHold() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addSoldOutOrders()
            // A leak makes the event a suspect; the hold's order is gone from SQL's open ones at the second look.
            for (field, change) in [("pending", "3"), ("available", "-3"), ("version", "1")] {
                try await platform.redis.command(
                    "HINCRBY", platform.inventoryKey(event: "event-1", category: "event-1-stalls"), field, change)
            }
            let secondLook = Breakpoint(.before, 1) { $0.luaScript == .survey }
            let run = try await program.run(Self.rebuild, to: secondLook) { _, _ in
                try await platform.sql(
                    "UPDATE orders SET status = 'processing', event_id = 'event-2' WHERE id = 'event-1-order-9'")
            }
            #expect(secondLook.isMet)
            // Its hash still says event-1, so event-1 keeps its seats whatever SQL says now.
            #expect(run.status & ~6 == 0)
            let counts = try await platform.inventory(event: "event-1", category: "event-1-stalls")
            #expect(counts["available"].flatMap { Int($0) } ?? .max <= 1000 - 200)
        }
    }

    /// The cleaner drops the member of a claimed hold past its expiry; its hash keeps the seats for the finalizer.
    @Test(arguments: ["live", "stopped"])
    func aClaimedHoldThatLeavesTheIndexMeanwhileKeepsItsSeats(_ traffic: String) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addSoldOutOrders()
            let now = Clock.now()
            let hold = try await platform.acquire(
                "claimed", event: "event-1", [Seats("event-1-stalls", 30)], at: now - 610, hashTTL: 3600)
            try await platform.claim(hold, at: now - 600, hashTTL: 3600)
            let firstLook = Breakpoint(.before, 1) { $0.name == "HMGET" }
            // Its grace outlasts this test on any machine.
            let run = try await program.run(
                Self.rebuild + ["--traffic", traffic, "--claim-grace", "3000"], to: firstLook
            ) { _, _ in try await platform.redis.command("ZREM", platform.indexKey, "claimed") }
            #expect(firstLook.isMet)
            #expect(run.status & ~6 == 0, "\(run.message)")
            let counts = try await platform.inventory(event: "event-1", category: "event-1-stalls")
            #expect(counts["pending"] == "230")
            #expect(counts["available"] == "770")
        }
    }

    /// What the walk over SQL does not meet is looked at behind it.
    @Test(arguments: ["live", "stopped"])
    func aRunThatIsStoppedBehindItsLastPageIsNotClean(_ traffic: String) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addSoldOutOrders()
            for stray in ["x", "y"] { try await platform.redis.command("ZADD", platform.indexKey, "1", stray) }
            let firstLook = Breakpoint(.before, 1) { $0.name == "HMGET" }
            let run = try await program.run(["check", "--traffic", traffic], to: firstLook) { pid, _ in
                kill(pid, SIGTERM)
                try await program.wait(for: "came: the run ends with this step", from: pid)
            }
            #expect(firstLook.isMet)
            #expect(run.status & 8 == 8, "\(run.status): \(run.output)")
        }
    }
}

extension Platform {
    /// Four events of 200 holds of one seat each, all with orders, as a rebuild leaves them.
    fileprivate func addSoldOutOrders() async throws {
        for event in 1...4 {
            try await addEvent("event-\(event)", categories: [("event-\(event)-stalls", 1000, 0)])
        }
        try await sql(
            """
            INSERT INTO orders (id, event_id, hold_token, status, expires_at)
            SELECT 'event-' || e || '-order-' || n, 'event-' || e, 'event-' || e || '-hold-' || n, 'pending_payment',
                   now() + interval '1 hour'
            FROM generate_series(1, 4) AS e, generate_series(1, 200) AS n;
            INSERT INTO order_items
            SELECT 'event-' || e || '-order-' || n, 'event-' || e || '-stalls', 1
            FROM generate_series(1, 4) AS e, generate_series(1, 200) AS n;
            """)
        try await redis.flushAll()
        let run = try await Program(on: self)(
            "rebuild", "--holds", "rebuild", "--traffic", "stopped", "--execute")
        guard run.status == 0 else { throw Program.NoDocument(status: run.status, message: run.message) }
    }
}
