import TestPlatform
import TestServers
import Testing

/// Rows that no look can use are told with their table and id; their event is left, and the run goes on.
@Suite(.postgres) struct OddRowTests {
    private static func twice(_ table: String, _ condition: String, _ columns: String = "t.*") -> String {
        """
        ALTER TABLE \(table) RENAME TO real_\(table);
        CREATE VIEW \(table) AS SELECT \(columns)
        FROM real_\(table) t JOIN generate_series(1, 2) n ON n = 1 OR \(condition)
        """
    }

    private static let spoilers: [(sql: String, words: String)] = [
        (twice("events", "t.id = 'bad'"), "events has more rows than one of this id"),
        (twice("ticket_categories", "t.event_id = 'bad'"), "ticket_categories row bad stalls"),
        (
            twice(
                "ticket_categories", "t.event_id = 'bad'",
                "t.id, t.event_id, t.quantity_total / n AS quantity_total, t.quantity_sold"),
            "ticket_categories row bad stalls"
        ),
        (twice("orders", "t.event_id = 'bad'"), "order-cart"),
        (twice("order_items", "t.order_id = 'order-cart'"), "order-cart"),
        (
            "ALTER TABLE ticket_categories ALTER quantity_total TYPE numeric; "
                + "UPDATE ticket_categories SET quantity_total = 'NaN' WHERE event_id = 'bad'",
            "ticket_categories row bad stalls: quantity_total"
        ),
        (
            "ALTER TABLE ticket_categories ALTER quantity_sold TYPE numeric; "
                + "UPDATE ticket_categories SET quantity_sold = 10.5 WHERE event_id = 'bad'",
            "ticket_categories row bad stalls: quantity_sold"
        ),
        (
            "ALTER TABLE order_items ALTER quantity TYPE text; "
                + "UPDATE order_items SET quantity = 'two' WHERE order_id = 'order-cart'",
            "order order-cart: an order_items row has no category or no seats"
        ),
        (
            "ALTER TABLE orders ALTER expires_at TYPE text; "
                + "UPDATE orders SET expires_at = 'soon' WHERE event_id = 'bad'",
            "order order-cart: expires_at is no instant"
        ),
        (
            "UPDATE orders SET expires_at = '20000-01-01' WHERE event_id = 'bad'",
            "order order-cart: expires_at is no instant"
        ),
    ]

    @Test(arguments: spoilers.map(\.sql), ["live", "stopped"])
    func stopsItsEventAlone(_ spoiler: String, _ traffic: String) async throws {
        let words = try #require(Self.spoilers.first { $0.sql == spoiler }).words
        try await withPlatform { platform, program in
            try await platform.addEvent("bad", categories: [("bad stalls", 100, 0)])
            let cart = try await platform.acquire("cart", event: "bad", [Seats("bad stalls", 2)])
            try await platform.orderB(cart)
            let injection = try await Fault.ttlRace.inject(into: platform, event: "good")
            try await platform.sql(spoiler)
            // What its hash says is lost, so that the rows would have to.
            try await platform.redis.command("DEL", platform.holdKey("cart"))
            let counts = try await platform.inventory(event: "bad", category: "bad stalls")

            let report = try await program.report(
                "rebuild", "--holds", "rebuild", "--execute", "--traffic", traffic, "--release-after", "0.5")
            #expect(report.exitStatus == 2 && report.error == nil)
            let told = report.findings.filter { $0.event == "bad" && $0.outcome == "refused" }
            #expect(told.contains { $0.detail?.contains(words) == true }, "\(report.findings)")
            #expect(report.totals.refused == 1)
            #expect(try await platform.inventory(event: "bad", category: "bad stalls") == counts)
            #expect(try await platform.hold("cart").isEmpty)
            try await platform.expect(injection, alsoListed: ["cart"])

            try await platform.redis.flushAll()
            let refill = try await program.report("rebuild", "--holds", "rebuild", "--execute", "--traffic", traffic)
            #expect(refill.exitStatus == 2 && refill.totals.refused == 1)
            #expect(try await platform.inventory(event: "bad", category: "bad stalls").isEmpty)
            #expect(try await platform.inventory(event: "good", category: "good-stalls")["available"] != nil)
        }
    }

    @Test func aColumnThatTellsNoInstantIsNamedBeforeAnythingIsJudged() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await platform.sql(
                "ALTER TABLE orders ALTER expires_at TYPE bigint USING extract(epoch FROM expires_at)::bigint")
            for command in [["check"], ["rebuild", "--holds", "rebuild", "--execute"], ["purge", "--execute"]] {
                let run = try await program.run(command)
                #expect(run.status == 1)
                #expect(run.message.contains("column orders.expires_at is of type bigint, which tells no instant"))
            }
        }
    }

    /// Redis' keys may be of any letters; SQL has only what its encoding can say.
    @Test func lettersThatTheDatabaseLacksConcernTheirOwnKeysOnly() async throws {
        try await withPlatform { platform, program in
            try await platform.sql("DROP SCHEMA public CASCADE")
            let latin = "\(platform.database)_latin1"
            try await platform.postgres.psql(
                sql: "CREATE DATABASE \(latin) ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
            let schema = try Deployment.text("Tests/TestPlatform/Scripts/schema.sql")
            let narrow = Platform(
                postgres: platform.postgres, database: latin, redis: platform.redis, keyPrefix: platform.keyPrefix)
            try await narrow.sql(schema)
            let program = try Program(on: narrow)
            try await narrow.addEvent("gala", categories: [("stalls", 100, 0)])
            try await narrow.acquire("票", event: "gala", [Seats("stalls", 2)])
            #expect(try await program("check", "--deep").status == 0)
            try await narrow.redis.command("ZADD", narrow.indexKey, "100", "🎫")
            try await narrow.redis.command(
                "HSET", narrow.inventoryKey(event: "gala", category: "🎫"), "total", "1", "sold", "0", "pending", "0",
                "available", "1", "version", "1")
            let check = try await program.report("check", "--deep")
            #expect(check.causes == ["orphan-inventory", "orphan-member"] && check.exitStatus == 2)
            #expect(try await program("inspect", "--hold", "票").status == 0)
            #expect(try await program("check", "--event", "票").status == 32)
            #expect(try await program("purge", "--stale", "--execute").status == 0)
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            #expect(try await program("check", "--deep").status == 0)
            #expect(try await narrow.hold("票")["status"] == "held")
        }
    }

    /// Local times that were kept without their zone make live orders look over.
    @Test(arguments: ["live", "stopped"]) func timesThatLieApartByHoursPutNothingOnSale(_ traffic: String) async throws
    {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            for number in 1...12 {
                try await platform.orderB(try await platform.acquire("t\(number)", event: "gala", [Seats("stalls", 1)]))
            }
            try await platform.sql("UPDATE orders SET expires_at = expires_at - interval '5 hours'")
            try await platform.redis.command("DEL", platform.holdKey("t1"))
            let counts = try await platform.inventory(event: "gala", category: "stalls")
            let rebuild = [
                "rebuild", "--holds", "rebuild", "--execute", "--traffic", traffic, "--release-after", "0.5",
            ]
            let report = try await program.report(rebuild)
            #expect(report.warnings.contains { $0.contains("lies 5 h before the hash's") }, "\(report.warnings)")
            #expect(report.exitStatus & 4 == 4)
            #expect(try await platform.inventory(event: "gala", category: "stalls")["available"] == counts["available"])

            try await platform.sql("UPDATE orders SET expires_at = expires_at + interval '5 hours'")
            let second = try await program.report(rebuild)
            #expect(second.exitStatus == 0 && second.warnings.isEmpty)
            try await expectAgreement(on: platform)
        }
    }
}
