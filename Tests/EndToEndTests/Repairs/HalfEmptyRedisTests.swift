import Foundation
import Synchronization
import TestPlatform
import TestServers
import Testing

/// A Redis that lost many events and kept others, as after a rebuild that was killed: what is absent is written like what an
/// emptied Redis lacks, and what is not is kept.
@Suite(.postgres) struct HalfEmptyRedisTests {
    private static let rebuild = rebuild("stopped")

    private static func rebuild(_ traffic: String) -> [String] {
        ["rebuild", "--holds", "rebuild", "--execute", "--traffic", traffic, "--release-after", "0.5"]
    }

    private static let events = 300
    private static let lost = 200

    /// Events of two categories and three orders each, all served; then the keys of the first two hundred are lost, and the index
    /// members of half of them.
    private static func lose(_ platform: Platform, _ program: Program) async throws {
        try await platform.sql(
            """
            INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, \(events)) AS n;
            INSERT INTO ticket_categories (id, event_id, quantity_total)
            SELECT 'e' || n || c, 'e' || n, 100 FROM generate_series(1, \(events)) AS n, unnest('{-a,-b}'::text[]) AS c;
            INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
            SELECT 'o' || n || '-' || k, 'e' || n, 't' || n || '-' || k, 'pending_payment', now(),
                   now() + make_interval(secs => 900 + n)
            FROM generate_series(1, \(events)) AS n, generate_series(1, 3) AS k;
            INSERT INTO order_items SELECT id, event_id || '-a', 2 FROM orders;
            """)
        try await platform.redis.flushAll()
        #expect(try await program.run(rebuild).status == 0)
        for event in 1...lost {
            let holds = (1...3).map { "t\(event)-\($0)" }
            let inventories = ["a", "b"].map {
                platform.inventoryKey(event: "e\(event)", category: "e\(event)-\($0)")
            }
            try await platform.redis.command(["DEL"] + inventories + holds.map { platform.holdKey($0) })
            if event % 2 == 0 { try await platform.redis.command(["ZREM", platform.indexKey] + holds) }
        }
    }

    /// How many holds and inventories went by the quick way.
    private static func restoredInTransactions(_ platform: Platform) async throws -> Int {
        let stats = try await platform.redis.command("INFO", "commandstats").split(whereSeparator: \.isNewline)
        let calls = stats.first { $0.hasPrefix("cmdstat_exec:calls=") }
        return calls.flatMap { Int($0.dropFirst(19).prefix { $0 != "," }) } ?? 0
    }

    @Test(arguments: ["stopped", "live"])
    func whatIsAbsentIsWrittenInTransactionsAndWhatIsThereIsKept(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await Self.lose(platform, program)
            // Of these something is there after all, or rows alone do not tell what is to be written.
            try await platform.acquireWithoutInventory("cart", event: "e10", seats: 5)
            try await platform.redis.command("HSET", platform.holdKey("t11-2"), "status", "held")
            try await platform.redis.command(
                "HSET", platform.inventoryKey(event: "e12", category: "e12-b"), "total", "100", "sold", "0",
                "pending", "0", "available", "100", "version", "7")
            try await platform.sql(
                """
                UPDATE ticket_categories SET quantity_sold = 98 WHERE id = 'e13-a';
                DELETE FROM order_items WHERE order_id = 'o14-1';
                INSERT INTO tickets (id, order_id, event_id, category_id, status)
                VALUES ('ticket', 'o14-1', 'e14', 'e14-b', 'held');
                UPDATE orders SET status = 'cancelled' WHERE id = 'o15-1';
                UPDATE orders SET expires_at = now() - interval '1 hour' WHERE id = 'o17-1';
                """)
            try await platform.redis.command("CONFIG", "RESETSTAT")

            let report = try await program.report(Self.rebuild(traffic))
            #expect(report.exitStatus == 0 && report.totals.oversoldSeats == 4)
            #expect(report.totals.applied == Self.lost && report.totals.verified == Self.lost)
            #expect(report.totals.unchanged == Self.events - Self.lost)
            #expect(report.scanned.events == Self.events && report.scanned.orders == Self.events * 3)
            #expect(try await Self.restoredInTransactions(platform) > 0)
            let cart = try await platform.inventory(event: "e10", category: "e10-a")
            #expect(cart["pending"] == "11" && cart["available"] == "89")
            let version = try await platform.inventory(event: "e12", category: "e12-b")["version"]
            #expect(version == "7")
            let members = try await platform.redis.command("ZRANGE", platform.indexKey, "0", "-1")
            #expect(members.contains("t15-2") && !members.contains("t15-1"))
            #expect(members.contains("t17-2") && !members.contains("t17-1"))

            try await platform.sql("UPDATE ticket_categories SET quantity_sold = 0 WHERE id = 'e13-a'")
            #expect(try await program.run(Self.rebuild).status == 0)
            try await expectAgreement(on: platform)
            #expect(try await program("check", "--deep").status == 0)
        }
    }

    @Test(arguments: ["stopped", "live"])
    func whatComesMeanwhileKeepsItsSeats(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await Self.lose(platform, program)
            let breakpoint = Breakpoint(.before, 1) { $0.endsTransaction }
            let run = try await program.run(Self.rebuild(traffic), to: breakpoint) { _, _ in
                for event in ["e20", "e199"] {
                    try await platform.redis.command(
                        "HSET", platform.inventoryKey(event: event, category: "\(event)-b"), "total", "100",
                        "sold", "0", "pending", "0", "available", "100", "version", "1")
                    try await platform.acquire("cart of \(event)", event: event, [Seats("\(event)-b", 5)])
                }
            }
            #expect(breakpoint.isMet)
            #expect(run.status == 0)
            for event in ["e20", "e199"] {
                let counts = try await platform.inventory(event: event, category: "\(event)-b")
                #expect(counts["pending"] == "5" && counts["available"] == "95")
                #expect(try await platform.hold("cart of \(event)")["status"] == "held")
            }
            try await expectAgreement(on: platform)
        }
    }

    /// The order says so alone: its hash is lost, and the event that has the category now is settled first.
    @Test(arguments: ["stopped", "live"])
    func aCategoryThatALostHoldNamesIsNotOpenedElsewhere(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await Self.lose(platform, program)
            try await platform.sql(
                """
                INSERT INTO order_items VALUES ('o30-1', 'e30-b', 3);
                UPDATE ticket_categories SET event_id = 'e250' WHERE id = 'e30-b';
                """)
            let report = try await program.report(Self.rebuild(traffic))
            #expect(report.exitStatus == 2 && report.totals.refused == 2)
            #expect(report.totals.applied == Self.lost - 1)
            #expect(try await platform.inventory(event: "e250", category: "e30-b").isEmpty)
            #expect(try await platform.inventory(event: "e30", category: "e30-a").isEmpty)
        }
    }

    /// It is in no census: only the second walk can show it.
    @Test func aHoldThatComesBeforeTheSecondWalkKeepsItsSeats() async throws {
        try await withPlatform { platform, program in
            try await Self.lose(platform, program)
            let breakpoint = Breakpoint(.before, 1) { call in
                call.name == "HMGET" && call.words[1].hasPrefix(platform.holdKey("t"))
            }
            let onSale = Mutex(Set<String>())
            let watching: @Sendable (RedisCall) async throws -> Void = { call in
                guard call.endsTransaction || call.name == "EVALSHA",
                    let seats = try await platform.inventory(event: "e30", category: "e30-a")["available"]
                else {
                    return
                }
                onSale.withLock { _ = $0.insert(seats) }
            }
            let run = try await program.run(Self.rebuild("live"), to: breakpoint, before: watching) { _, _ in
                try await platform.acquireWithoutInventory("late", event: "e30", seats: 5)
            }
            #expect(breakpoint.isMet)
            #expect(run.status == 0)
            let counts = try await platform.inventory(event: "e30", category: "e30-a")
            #expect(counts["pending"] == "11" && counts["available"] == "89")
            #expect(onSale.withLock { $0 } == ["89"])
            try await expectAgreement(on: platform)
        }
    }

    /// The cleaner goes by the scores of members, and must never find one in the past beside a hash that was just written.
    @Test(arguments: ["stopped", "live"])
    func theCleanerReleasesNothingThatIsBeingWritten(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            try await Self.lose(platform, program)
            let odd = stride(from: 1, through: Self.lost, by: 4).map { "t\($0)-1" }
            try await platform.redis.command(["ZADD", platform.indexKey] + odd.flatMap { ["5", $0] })
            // It comes as soon as one of them is written, and then between all transactions.
            let cleaner: @Sendable (RedisCall) async throws -> Void = { call in
                guard call.endsTransaction else { return }
                for token in odd where try await platform.hold(token)["status"] != nil {
                    try await platform.clean(at: Clock.now())
                    break
                }
            }
            let nowhere = Breakpoint(.before, 1) { _ in false }
            let run = try await program.run(Self.rebuild(traffic), to: nowhere, before: cleaner) { _, _ in }
            #expect(run.status == 0)
            for token in odd { #expect(try await platform.hold(token)["status"] == "held") }
            try await expectAgreement(on: platform)
        }
    }

    @Test func aRunThatIsStoppedLeavesTheRestToTheNext() async throws {
        try await withPlatform { platform, program in
            try await Self.lose(platform, program)
            let run = try await program.run(
                Self.rebuild + ["--format", "json"], to: Breakpoint(.after, 6) { $0.endsTransaction }
            ) { pid, _ in kill(pid, SIGTERM) }
            #expect(run.status & 8 == 8)
            let totals = try run.document().totals
            #expect(totals.unchanged + totals.applied + totals.deferred == Self.events)
            #expect(try await program.run(Self.rebuild).status == 0)
            try await expectAgreement(on: platform)
        }
    }
}

extension Platform {
    /// A hold that Redis kept where it lost the inventory.
    fileprivate func acquireWithoutInventory(_ token: String, event: String, seats: Int) async throws {
        let expiry = Clock.now() + 800
        try await redis.command(
            "HSET", holdKey(token), "token", token, "status", "held", "expiresAtEpoch", String(expiry), "metadata",
            #"{"eventId":"\#(event)","requesterId":"guest"}"#, "entries",
            #"[{"eventId":"\#(event)","categoryId":"\#(event)-a","quantity":\#(seats)}]"#)
        try await redis.command("EXPIREAT", holdKey(token), String(expiry + 900))
        try await redis.command("ZADD", indexKey, String(expiry), token)
    }
}
