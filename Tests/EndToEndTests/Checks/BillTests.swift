import TestPlatform
import TestServers
import Testing

/// What drift has cost, in seats and in money.
@Suite(.postgres) struct BillTests {
    private static let columns = """
        ALTER TABLE ticket_categories ADD price numeric(12,2), ADD currency char(3);
        ALTER TABLE order_items ADD unit_price numeric(12,2);
        """
    private static let rebuild = ["rebuild", "--holds", "rebuild", "--release-after", "0.5"]

    /// Four seats of `gala` have leaked, two more are those of an expired hold; three of `disco` are on sale and sold.
    private func drift(on platform: Platform) async throws {
        try await platform.addEvent("gala", categories: [("stalls", 100, 0), ("circle", 50, 0)])
        try await platform.addEvent("disco", categories: [("floor", 30, 0)])
        let key = platform.inventoryKey(event: "gala", category: "stalls")
        try await platform.redis.command("HSET", key, "pending", "4", "available", "96", "version", "5")
        let taken = Clock.now() - 7200
        let hold = try await platform.acquire("gone", event: "gala", [Seats("circle", 2)], at: taken)
        try await platform.orderB(hold, at: taken)
        try await platform.sql("UPDATE ticket_categories SET quantity_sold = 3 WHERE id = 'floor'")
    }

    private func expectSeats(_ bill: Document.Bill) {
        #expect(bill.total.leakedSeats == 6 && bill.total.atRiskSeats == 3 && bill.total.events == 2)
        #expect(
            bill.byCause.mapValues { [$0.leakedSeats, $0.atRiskSeats, $0.events] } == [
                "ttl-race": [4, 0, 1], "expired-hold": [2, 0, 1], "stale-sold": [0, 3, 1],
            ])
        #expect(bill.byEvent.map(\.event) == ["gala", "disco"] && bill.eventsOmitted == 0)
        #expect(bill.byEvent.map(\.causes) == [["expired-hold", "ttl-race"], ["stale-sold"]])
        let age = bill.byCause["expired-hold"]?.oldestSeconds ?? 0
        #expect((6500...7300).contains(age), "\(age)")
        #expect(bill.byCause["ttl-race"]?.oldestSince == nil && bill.byCause["ttl-race"]?.unknownAges == 1)
        #expect(bill.total.oldestSeconds == age && bill.total.unknownAges == 2)
    }

    @Test("Seats and their worth are told by cause and by event, the same before and by the repair")
    func prices() async throws {
        try await withPlatform { platform, program in
            try await drift(on: platform)
            try await platform.sql(
                Self.columns + """
                    UPDATE ticket_categories SET price = 310.25, currency = 'EUR' WHERE event_id = 'gala';
                    UPDATE ticket_categories SET price = 26.8, currency = 'USD' WHERE id = 'floor';
                    UPDATE order_items SET unit_price = 99.99;
                    """)
            let plan = ["plan", "-o", "\(platform.redis.folder)/plan", "--release-after", "0.5"]
            for arguments in [["check"], Self.rebuild, plan, Self.rebuild + ["--execute"]] {
                let bill = try #require(try await program.report(arguments).bill)
                expectSeats(bill)
                #expect(
                    bill.total.worth == [
                        .init("EUR", leaked: "1440.98", atRisk: "0"), .init("USD", leaked: "0", atRisk: "80.40"),
                    ])
                #expect(bill.byCause["expired-hold"]?.worth == [.init("EUR", leaked: "199.98")])
                #expect(bill.byEvent.first?.sums.worth == [.init("EUR", leaked: "1440.98")])
                #expect(bill.noPrices == nil && bill.withoutPrice.isEmpty && bill.total.seatsWithoutPrice == 0)
            }
            let after = try #require(try await program.report("check", "--deep").bill)
            #expect(after.total.leakedSeats == 0 && after.byCause.isEmpty && after.byEvent.isEmpty)
        }
    }

    @Test(
        "Leaked seats beside seats at risk are told both, also where the second go off sale in a step of their own",
        arguments: [["check"], rebuild, rebuild + ["--execute"], rebuild + ["--execute", "--traffic", "stopped"]])
    func both(_ arguments: [String]) async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            let key = platform.inventoryKey(event: "gala", category: "stalls")
            try await platform.redis.command("HSET", key, "pending", "4", "available", "96", "version", "5")
            try await platform.sql("UPDATE ticket_categories SET quantity_total = 90")
            let bill = try #require(try await program.report(arguments).bill)
            #expect(bill.total.leakedSeats == 4 && bill.total.atRiskSeats == 10 && bill.total.events == 1)
            #expect(bill.byCause["ttl-race"]?.leakedSeats == 4 && bill.byCause["stale-total"]?.atRiskSeats == 10)
        }
    }

    @Test("The table ends its findings with the bill")
    func table() async throws {
        try await withPlatform { platform, program in
            try await drift(on: platform)
            let seatsAlone = try await program("check").output
            #expect(
                seatsAlone.contains(
                    "\nbill          leaked  at risk  events  oldest\nttl-race           4        0       1  unknown\n")
            )
            #expect(
                seatsAlone.contains(
                    "\nworth unknown: ticket_categories.price is missing, ticket_categories.currency is missing, "
                        + "order_items.unit_price is missing\n"))
            try await platform.sql(
                Self.columns + "UPDATE ticket_categories SET price = 310, currency = 'EUR' WHERE id <> 'floor'")
            let output = try await program("check").output
            #expect(
                output.contains(
                    "\nbill          leaked  worth         at risk  worth  events  oldest\n"
                        + "ttl-race           4  EUR 1,240.00        0  -           1  unknown\n"), "\(output)")
            #expect(output.contains(#/\nin all +6  EUR 1,860.00 +3 +- +2  1 h 5\d min or more\n/#), "\(output)")
            #expect(output.contains(#/\nbill by event .*\ngala +6  EUR 1,860.00 +0 +- +1 h 5\d min or more\n/#))
            #expect(output.contains("\n3 seats without a price: 3 have none in SQL\n"))
        }
    }

    @Test("Columns that are missing or forbidden end no run: the bill has seats, and says why it has no more")
    func withoutColumns() async throws {
        try await withPlatform { platform, program in
            try await drift(on: platform)
            let before = try #require(try await program.report("check").bill)
            expectSeats(before)
            #expect(
                before.total.worth.isEmpty && before.noPrices?.contains("ticket_categories.price is missing") == true)

            let role = try await platform.addReadingRole()
            try await platform.sql(
                Self.columns
                    + "UPDATE ticket_categories SET price = 1, currency = 'EUR'; UPDATE order_items SET unit_price = 2")
            let asRole = ["check", "--postgres", platform.connectionString(of: role)]
            let forbidden = try await program.report(asRole)
            #expect(forbidden.exitStatus == 2)
            let bill = try #require(forbidden.bill)
            expectSeats(bill)
            #expect(bill.noPrices?.contains("the role may not read ticket_categories.price") == true)

            // What its owner gives to the program, by the file that comes with it.
            _ = try await platform.addReadingRole()
            let granted = try #require(try await program.report(asRole).bill)
            #expect(granted.total.worth == [.init("EUR", leaked: "8.00", atRisk: "3.00")])

            try await platform.sql("ALTER TABLE ticket_categories DROP currency, DROP price")
            let paid = try #require(try await program.report(asRole).bill)
            #expect(paid.total.worth == [.init(nil, leaked: "4.00")] && paid.withoutPrice == ["none": 7])
        }
    }

    @Test("Prices are asked only where there is drift, and an error in them ends no run")
    func failingPrices() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            try await platform.sql(
                """
                ALTER TABLE ticket_categories RENAME TO category_rows;
                CREATE VIEW ticket_categories AS SELECT c.*, 1 / (length(c.id) * 0) AS price FROM category_rows c;
                """)
            let healthy = try await program.report("check", "--deep")
            #expect(healthy.exitStatus == 0 && healthy.bill?.noPrices == nil && healthy.bill?.total.events == 0)
            try await platform.sql("UPDATE category_rows SET quantity_total = quantity_total + 1")
            let drift = try await program.report(Self.rebuild + ["--execute"])
            #expect(drift.exitStatus == 0 && drift.bill?.noPrices?.contains("division by zero") == true, "\(drift)")
            #expect(try #require(drift.bill).total.leakedSeats > 0)
        }
    }

    @Test("A price or currency that means nothing is told, and the rest is summed to the last digit")
    func hostilePrices() async throws {
        try await withPlatform { platform, program in
            let prices = [
                ("a", "NULL", "'EUR'"), ("b", "'NaN'", "'EUR'"), ("c", "'-5'", "'EUR'"), ("d", "'1e400'", "'EUR'"),
                ("e", "repeat('9', 100000)", "'EUR'"), ("f", "'0.1'", "NULL"),
                ("g", "'0.10000000000000000005'", "'EUR'"),
                ("h", "'7'", "'EUR'"), ("i", "'12'", "E'\\x1b[31m'"), ("j", "'12'", "repeat('x', 100000)"),
                ("k", "''", "''"), ("l", "'0'", "'EUR'"), ("m", "E'5\\n'", "'EUR'"),
            ]
            try await platform.addEvent("gala", categories: prices.map { ($0.0, 100, 0) })
            try await platform.sql("ALTER TABLE ticket_categories ADD price text, ADD currency text")
            for (category, price, currency) in prices {
                try await platform.sql(
                    "UPDATE ticket_categories SET price = \(price), currency = \(currency) WHERE id = '\(category)'")
                let key = platform.inventoryKey(event: "gala", category: category)
                try await platform.redis.command("HSET", key, "pending", "3", "available", "97", "version", "5")
            }
            let report = try await program.report("check")
            let bill = try #require(report.bill)
            #expect(report.exitStatus == 2 && bill.total.leakedSeats == 39)
            #expect(
                bill.total.worth == [
                    .init(nil, leaked: "0.3"), .init("\u{1B}[31m", leaked: "36"),
                    .init("EUR", leaked: "21.30000000000000000015"),
                ])
            #expect(bill.withoutPrice == ["none": 3, "unreadable": 15, "negative": 3, "currencies": 3])
            #expect(bill.total.seatsWithoutPrice == 24)
            let output = try await program("check").output
            #expect(output.contains(#"\x1b[31m 36"#) && !output.contains("\u{1B}"))
            #expect(output.contains("24 seats without a price: "))
        }
    }

    @Test("Thousands of categories are all priced, and as many events are named as findings are shown")
    func many() async throws {
        try await withPlatform { platform, program in
            for number in 1...45 {
                try await platform.addEvent(
                    "event-\(number)", categories: (1...50).map { ("c-\(number)-\($0)", 10, 0) })
            }
            try await platform.sql(
                Self.columns + "UPDATE ticket_categories SET price = 0.01, currency = 'EUR', quantity_sold = 1")
            let bill = try #require(try await program.report("check", "--max-findings", "5").bill)
            #expect(bill.total.atRiskSeats == 2250 && bill.total.events == 45)
            #expect(bill.total.worth == [.init("EUR", atRisk: "22.50")])
            #expect(bill.byEvent.count == 5 && bill.eventsOmitted == 40)
        }
    }

    @Test("An emptied Redis has leaked all that is free, and a refill asks no prices")
    func emptied() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            try await platform.sql(Self.columns + "UPDATE ticket_categories SET price = 2, currency = 'EUR'")
            try await platform.redis.command("FLUSHDB")
            let bill = try #require(try await program.report(Self.rebuild + ["--execute"]).bill)
            #expect(bill.total.leakedSeats == 90 && bill.withoutPrice == ["unread": 90])
        }
    }

    @Test("A purge has no bill, nor do holds that a rebuild was told to close")
    func purge() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 0)])
            try await platform.acquire("live", event: "gala", [Seats("stalls", 3)])
            let purged = try await program.report("purge", "--stale")
            #expect(purged.exitStatus == 0 && purged.bill.map(\.total.events) == nil)
            let closed = try await program.report("rebuild", "--holds", "purge", "--execute", "--expect", "1")
            #expect(closed.exitStatus == 0 && closed.totals.byCause["purged"] != nil)
            #expect(closed.bill?.total.leakedSeats == 0 && closed.bill?.byCause.isEmpty == true)
        }
    }
}
