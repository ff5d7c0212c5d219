import Foundation
import LuaScripts
import TestPlatform
import TestServers
import Testing

/// A Redis in which a walk met nothing is presumed empty; what came since must be safe all the same.
@Suite(.postgres) struct EmptiedRedisTests {
    private static let rebuild = ["rebuild", "--holds", "rebuild", "--execute"]

    @Test(arguments: ["live", "stopped"])
    func whatCameBetweenTheWalkAndTheWritesKeepsItsSeats(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            try await platform.addEvent("other", categories: [("circle", 100, 0)])
            try await platform.redis.flushAll()
            let breakpoint = Breakpoint(.before, 1) { $0.appliesPlans }
            let run = try await program.run(Self.rebuild + ["--traffic", traffic], to: breakpoint) { _, _ in
                try await platform.redis.command(
                    "HSET", platform.inventoryKey(event: "gala", category: "stalls"), "total", "100", "sold", "0",
                    "pending", "0", "available", "100", "version", "1")
                try await platform.acquire("cart", event: "gala", [Seats("stalls", 5)])
            }
            #expect(breakpoint.isMet)
            #expect(run.status == 0)
            let counts = try await platform.inventory(event: "gala", category: "stalls")
            #expect(counts["available"] == "95")
            #expect(counts["pending"] == "5")
            #expect(try await platform.hold("cart")["status"] == "held")
            let other = try await platform.inventory(event: "other", category: "circle")
            #expect(other["available"] == "100")
        }
    }

    /// Holds have a TTL, so that a Redis at its limit may give them up as soon as they are written; the lease has one as well:
    /// it is used more often, and ends sooner.
    @Test(arguments: [("volatile-lfu", 4), ("volatile-ttl", 1)] as [(String, Int32)])
    func saysThatRedisGaveUpWhatItWasGiven(_ policy: String, _ status: Int32) async throws {
        try await withPlatform { platform, program in
            try await platform.sql(
                """
                INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, 200) AS n;
                INSERT INTO ticket_categories (id, event_id, quantity_total)
                SELECT 'c' || n, 'e' || n, 100 FROM generate_series(1, 200) AS n;
                INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
                SELECT 'o' || n, 'e' || n % 200 + 1, 't' || n, 'pending_payment', now(), now() + interval '1 hour'
                FROM generate_series(1, 5000) AS n;
                INSERT INTO order_items SELECT 'o' || n, 'c' || n % 200 + 1, 1 FROM generate_series(1, 5000) AS n;
                """)
            try await platform.redis.flushAll()
            // Five thousand holds take three megabytes.
            let memory = try await platform.redis.command("INFO", "memory").split(whereSeparator: \.isNewline)
            let used = try #require(memory.first { $0.hasPrefix("used_memory:") }.flatMap { Int($0.dropFirst(12)) })
            try await platform.redis.command("CONFIG", "SET", "maxmemory-policy", policy)
            try await platform.redis.command("CONFIG", "SET", "maxmemory", String(used + 2_000_000))
            let report = try await program.report(Self.rebuild + ["--traffic", "stopped"])
            #expect(report.exitStatus == status)
            #expect(report.warnings.contains { $0.contains("evicted") })

            try await platform.redis.command("CONFIG", "SET", "maxmemory", "0")
            #expect(try await program.run(Self.rebuild + ["--traffic", "stopped"]).status == 0)
            try await expectAgreement(on: platform)
        }
    }

    /// What SQL says is some seconds old when the second walk of an emptied Redis is over: what was sold since must not be
    /// sold again. The large event goes in slices, the small one in one transaction, the third is oversold, and left to a plan.
    @Test func whatSQLHasSoldMeanwhileIsNotPutOnSale() async throws {
        try await withPlatform { platform, program in
            for event in ["large", "small"] {
                try await platform.addEvent(event, categories: [("\(event)-stalls", 9000, 100)])
            }
            try await platform.addEvent("odd", categories: [("odd-stalls", 9000, 100), ("odd-full", 10, 10)])
            try await platform.sql(
                """
                INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
                SELECT 'o' || n, 'large', 't' || n, 'pending_payment', now(), now() + make_interval(secs => 900 + n)
                FROM generate_series(1, 1500) AS n;
                INSERT INTO order_items SELECT 'o' || n, 'large-stalls', 2 FROM generate_series(1, 1500) AS n;
                INSERT INTO orders (id, event_id, hold_token, status, created_at) VALUES
                    ('odd-1', 'odd', 'odd-hold', 'processing', now());
                INSERT INTO order_items VALUES ('odd-1', 'odd-full', 3);
                """)
            try await platform.redis.flushAll()
            async let report = program.report(
                Self.rebuild + ["--traffic", "live", "--release-after", "4", "--max-findings", "5"])
            // The rows have been read when a session besides the first has given its snapshot back; the second walk is to
            // come.
            let areRead = """
                SELECT count(*) >= 2 AND bool_and(xact_start IS NULL) AND bool_or(query = 'COMMIT')
                FROM pg_stat_activity WHERE application_name = 'hold-reconciler' AND datname = current_database()
                """
            let deadline = ContinuousClock.now + .seconds(60)
            while try await platform.sql(areRead) != "t" {
                try #require(ContinuousClock.now < deadline, "nobody read the rows")
            }
            try await platform.sql(
                """
                UPDATE ticket_categories SET quantity_sold = quantity_sold + 5;
                INSERT INTO orders (id, event_id, hold_token, status, created_at)
                VALUES ('late', 'small', 'late-hold', 'processing', now());
                INSERT INTO order_items VALUES ('late', 'small-stalls', 7);
                UPDATE orders SET status = 'cancelled' WHERE id = 'o7';
                """)
            let exit = try await report.exitStatus
            #expect(exit == 0)
            try await expectAgreement(on: platform)
            #expect(try await program("check", "--deep").status == 0)
        }
    }

    @Test(arguments: [1, 3, 7])
    func membersThatWentAheadOfTheirHoldsHarmNobodyWhereTheRunIsKilled(_ step: Int) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 9000, 0)])
            try await platform.sql(
                """
                INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
                SELECT 'o' || n, 'gala', 't' || n, 'pending_payment', now(), now() + make_interval(secs => 300 + n)
                FROM generate_series(1, 1500) AS n;
                INSERT INTO order_items SELECT 'o' || n, 'stalls', 2 FROM generate_series(1, 1500) AS n;
                """)
            try await platform.redis.flushAll()
            let breakpoint = Breakpoint(.after, step) { $0.appliesPlans }
            _ = try await program.run(Self.rebuild, to: breakpoint) { pid, _ in
                kill(pid, SIGKILL)
                breakpoint.drop()
            }
            #expect(breakpoint.isMet)
            try await platform.redis.command("DEL", platform.leaseKey)
            // The cleaner comes when some of them are over: it meets members whose holds are not there.
            try await platform.clean(at: Clock.now() + 600)
            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            let last = try await program.report("check", "--deep")
            #expect(last.exitStatus == 0)
            try await expectAgreement(on: platform)
        }
    }

    /// Index members, inventories, holds: whatever is there when a run is killed, no seat is on sale that is not free, and
    /// the next run writes the rest. An event has orders of both flows and one whose seats are counted from its tickets; with
    /// their members added ahead for hundreds of events at once.
    @Test(arguments: [1, 2, 5, 9, 14, 20])
    func anyTransactionMayBeTheLast(_ number: Int) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let events = 400
            try await platform.sql(
                """
                INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, \(events)) AS n;
                INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
                SELECT 'e' || n || c, 'e' || n, 100, 3 FROM generate_series(1, \(events)) AS n, unnest('{-a,-b}'::text[]) AS c;
                INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
                SELECT 'o' || n || '-' || k, 'e' || n, 't' || n || '-' || k,
                       CASE k WHEN 1 THEN 'processing' ELSE 'pending_payment' END, now(),
                       CASE k WHEN 1 THEN NULL ELSE now() + make_interval(secs => 300 + (n * k) % 600) END
                FROM generate_series(1, \(events)) AS n, generate_series(1, 7) AS k;
                INSERT INTO order_items SELECT id, event_id || CASE WHEN id LIKE '%-3' THEN '-b' ELSE '-a' END, 2
                FROM orders WHERE id NOT LIKE '%-7';
                INSERT INTO tickets (id, order_id, event_id, category_id, status)
                SELECT 'ticket ' || id, id, event_id, event_id || '-b', 'held' FROM orders WHERE id LIKE '%-7';
                """)
            try await platform.redis.flushAll()
            let aftermath = try await Aftermath(of: platform, program)
            let breakpoint = Breakpoint(.after, number) { $0.name == "EXEC" }
            let run = try await program.run(Self.rebuild + ["--traffic", "stopped"], to: breakpoint) { pid, _ in
                kill(pid, SIGKILL)
                breakpoint.drop()
            }
            #expect(breakpoint.isMet)
            #expect(run.status == 137)
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
            let members = try await platform.redis.command("ZCARD", platform.indexKey)
            #expect(members == String(events * 7))
        }
    }

    /// 300 events of two categories and five orders each; the first order of each ends before the others. The members of all
    /// but the first snapshot's 25 events go ahead of their holds.
    private static func loseMany(_ platform: Platform, firstEndsIn seconds: Int = 300) async throws {
        try await platform.sql(
            """
            INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, 300) AS n;
            INSERT INTO ticket_categories (id, event_id, quantity_total)
            SELECT 'e' || n || c, 'e' || n, 100 FROM generate_series(1, 300) AS n, unnest('{-a,-b}'::text[]) AS c;
            INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
            SELECT 'o' || n || '-' || k, 'e' || n, 't' || n || '-' || k, 'pending_payment', now(),
                   now() + make_interval(secs => CASE k WHEN 1 THEN \(seconds) ELSE 600 + n END)
            FROM generate_series(1, 300) AS n, generate_series(1, 5) AS k;
            INSERT INTO order_items SELECT id, event_id || '-a', 2 FROM orders;
            """)
        try await platform.redis.flushAll()
    }

    /// The cleaner might reach such a hold's member before it is written, so it is added again with the hold.
    @Test func holdsThatEndSoonAreToldAsWritten() async throws {
        try await withPlatform { platform, program in
            try await Self.loseMany(platform, firstEndsIn: 100)
            let report = try await program.report(Self.rebuild + ["--traffic", "stopped"])
            #expect(report.exitStatus == 0)
            #expect(report.totals.applied == 300 && report.totals.verified == 300 && report.totals.unchanged == 0)
            #expect(report.totals.byCause["lost-hash"]?.count == 300 * 7)
            try await expectAgreement(on: platform)
        }
    }

    /// Their members went ahead of what the latest rows say.
    @Test func ordersThatEndMeanwhileLeaveNoMember() async throws {
        try await withPlatform { platform, program in
            try await Self.loseMany(platform)
            async let report = program.report(Self.rebuild + ["--traffic", "live", "--release-after", "4"])
            let deadline = ContinuousClock.now + .seconds(60)
            while try await platform.redis.command("ZCARD", platform.indexKey) != "1375" {
                try #require(ContinuousClock.now < deadline, "nobody added the members")
            }
            try await platform.sql("UPDATE orders SET status = 'cancelled' WHERE id LIKE 'o1%-2'")
            let exit = try await report.exitStatus
            #expect(exit == 0)
            try await expectAgreement(on: platform)
            #expect(try await program("check", "--deep").status == 0)
        }
    }

    @Test func aRunThatStopsBeforeItsHoldsTellsOfTheirMembers() async throws {
        try await withPlatform { platform, program in
            try await Self.loseMany(platform)
            let run = try await program.run(Self.rebuild + ["--traffic", "live", "--release-after", "60"]) { pid in
                let deadline = ContinuousClock.now + .seconds(60)
                while try await platform.redis.command("ZCARD", platform.indexKey) != "1375" {
                    try #require(ContinuousClock.now < deadline, "nobody added the members")
                }
                kill(pid, SIGTERM)
            }
            #expect(run.status & 8 == 8)
            #expect(
                (run.output + run.message).contains("up to 1375 index members were added whose holds are not there"))
            #expect(try await program.run(Self.rebuild + ["--traffic", "stopped"]).status == 0)
            try await expectAgreement(on: platform)
        }
    }

    /// The index is lost behind the members that went ahead; what was written is not called right.
    @Test(arguments: ["live", "stopped"]) func anIndexThatIsLostMeanwhileIsMissed(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await Self.loseMany(platform)
            let run = try await program.run(
                Self.rebuild + ["--traffic", traffic], to: Breakpoint(.after, 14) { $0.name == "EXEC" }
            ) { _, _ in try await platform.redis.command("DEL", platform.indexKey) }
            #expect(run.status == (traffic == "live" ? 0 : 4))
            if traffic == "stopped" { #expect(try await program.run(Self.rebuild).status == 0) }
            try await expectAgreement(on: platform)
            #expect(try await platform.redis.command("ZCARD", platform.indexKey) == "1500")
        }
    }
}
