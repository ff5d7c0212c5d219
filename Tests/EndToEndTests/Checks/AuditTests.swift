import Foundation
import TestPlatform
import TestServers
import Testing

/// `check --audit-sql`: SQL beside itself, and open orders beside their holds.
@Suite(.postgres) struct AuditTests {
    /// A platform whose SQL agrees: every seat that is sold was sold by an order.
    private func sell(on platform: Platform) async throws {
        try await platform.addEvent("gala", categories: [("stalls", 100, 0), ("circle", 50, 0), ("unsold", 5, 0)])
        for number in 1...3 {
            let hold = try await platform.acquire(
                "sold-\(number)", event: "gala", [Seats("stalls", 2), Seats("circle", number)])
            try await platform.checkoutA(hold, form: number == 3 ? .ticketsOnly : .items)
            try await platform.sell(hold)
        }
        let refunded = try await platform.acquire("refunded", event: "gala", [Seats("stalls", 4)])
        try await platform.checkoutA(refunded)
        try await platform.sell(refunded)
        try await platform.closeOrder(refunded, as: "refunded")
        try await platform.redis.command(
            "HINCRBY", platform.inventoryKey(event: "gala", category: "stalls"), "sold", "-4")
        try await platform.redis.command(
            "HINCRBY", platform.inventoryKey(event: "gala", category: "stalls"), "available", "4")
        try await platform.acquire("cart", event: "gala", [Seats("stalls", 1)])
        try await platform.orderB(
            platform.acquire("ordered", event: "gala", [Seats("circle", 2), Seats("stalls", 1)]))
        try await platform.checkoutA(
            platform.acquire("accepted", event: "gala", [Seats("circle", 1)]), form: .ticketsOnly)
    }

    private func audit(_ program: Program, _ options: String...) async throws -> Document {
        try await program.report(["check", "--audit-sql", "--release-after", "0.5"] + options)
    }

    @Test("A platform with nothing wrong is told nothing")
    func clean() async throws {
        try await withPlatform { platform, program in
            try await sell(on: platform)
            let report = try await audit(program)
            #expect(report.findings.isEmpty && report.warnings.isEmpty, "\(report.findings) \(report.warnings)")
            #expect(report.exitStatus == 0)
            #expect(try await program("check", "--audit-sql").output.hasSuffix("clean"))
        }
    }

    @Test("quantity_sold that no rows account for is told with the SQL that shows it, and changes no status")
    func soldDiffers() async throws {
        try await withPlatform { platform, program in
            try await sell(on: platform)
            try await platform.sql("UPDATE ticket_categories SET quantity_sold = quantity_sold + 4 WHERE id = 'stalls'")
            try await platform.redis.command(
                "HINCRBY", platform.inventoryKey(event: "gala", category: "stalls"), "sold", "4")
            try await platform.redis.command(
                "HINCRBY", platform.inventoryKey(event: "gala", category: "stalls"), "available", "-4")
            #expect(try await program.report("check").findings.isEmpty)
            let dump = try await platform.redis.dumpAll()

            let report = try await audit(program)
            let finding = try #require(report.findings.first)
            #expect(report.findings.count == 1 && report.exitStatus == 0)
            #expect(finding.cause == "sql-sold-differs" && finding.outcome == "noted" && finding.seats == 4)
            #expect(finding.event == "gala" && finding.category == "stalls" && finding.hold == nil)
            let detail = try #require(finding.detail)
            #expect(
                detail.contains(
                    "quantity_sold is 10, sold orders have 4 seats in their items and 6 valid tickets "
                        + "(2 tickets of orders without items): WITH "), "\(detail)")
            let query = try #require(detail.split(separator: ": ", maxSplits: 1).last)
            #expect(try await platform.sql(String(query)) == "10|4|6")
            #expect(try await platform.redis.dumpAll() == dump)

            let table = try await program("check", "--audit-sql", "--release-after", "0.5")
            #expect(table.status == 0 && table.output.hasSuffix("clean; 1 note for people"))
            // As somebody would copy it: with its line breaks, up to the semicolon.
            let start = try #require(table.output.firstRange(of: "WITH "))
            let pasted = table.output[start.lowerBound...].prefix { $0 != ";" }
            #expect(try await platform.sql(String(pasted)) == "10|4|6", "\(pasted)")

            // Other parts of a platform are others' to audit.
            try await platform.addEvent("other", categories: [("field", 10, 3)])
            #expect(try await audit(program, "--event", "gala").totals.byCause["sql-sold-differs"]?.count == 1)
            #expect(try await audit(program, "--event", "other").findings.map(\.event) == ["other"])
            var counts: [Int] = []
            for shard in ["0/2", "1/2"] {
                counts.append(
                    try await audit(program, "--shard", shard).totals.byCause["sql-sold-differs"]?.count ?? 0)
            }
            #expect(counts.reduce(0, +) == 2)
            let short = try await audit(program, "--max-findings", "1")
            #expect(short.findings.count == 1 && short.totals.byCause["sql-sold-differs"]?.count == 2)
        }
    }

    @Test("An order whose items say other seats than its hold is told, and neither is repaired")
    func orderSeatsDiffer() async throws {
        try await withPlatform { platform, program in
            try await sell(on: platform)
            try await platform.sql(
                """
                UPDATE order_items SET quantity = 5 WHERE order_id = 'order-ordered' AND category_id = 'circle';
                DELETE FROM tickets WHERE id = (SELECT min(id) FROM tickets WHERE order_id = 'order-accepted');
                INSERT INTO order_items VALUES ('order-accepted', 'stalls', 1);
                """)
            #expect(try await program.report("check").findings.isEmpty)
            for options in [[], ["--traffic", "stopped"]] {
                let report = try await program.report(
                    ["check", "--audit-sql", "--release-after", "0.5"] + options)
                #expect(report.exitStatus == 0 && report.causes == ["order-seats-differ"])
                let ordered = try #require(report.findings.first { $0.hold == "ordered" })
                #expect(ordered.seats == 3 && ordered.category == "circle" && ordered.outcome == "noted")
                #expect(
                    ordered.detail?.hasPrefix(
                        "order order-ordered (pending_payment): seats of category 'circle' 5 in the order and 2 in the hold"
                    )
                        == true, "\(ordered)")
                let accepted = try #require(report.findings.first { $0.hold == "accepted" })
                #expect(accepted.seats == 2 && accepted.category == nil && report.findings.count == 2)
            }
            let rows = try await platform.sql("SELECT * FROM order_items ORDER BY 1, 2")
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            #expect(try await platform.sql("SELECT * FROM order_items ORDER BY 1, 2") == rows)
            #expect(try await platform.hold("ordered")["entries"]?.contains(#""quantity":2"#) == true)
        }
    }

    @Test("The SQL stands whole in a table where ids are as long as UUIDs")
    func tableOfUUIDs() async throws {
        try await withPlatform { platform, program in
            let (event, category) = (UUID().uuidString.lowercased(), UUID().uuidString.lowercased())
            try await platform.addEvent(event, categories: [(category, 100, 10)])
            let hold = try await platform.acquire("sold", event: event, [Seats(category, 2)])
            try await platform.checkoutA(hold, form: .ticketsOnly)
            try await platform.sell(hold)
            try await platform.sql(
                "INSERT INTO orders (id, event_id, hold_token, status) VALUES ('x', '\(event)', 'y', 'confirmed')")
            // Orders that tell no seats may be whatever is missing; more than there is they cannot be.
            #expect(try await audit(program).findings.isEmpty)
            try await platform.sql(
                "UPDATE ticket_categories SET quantity_sold = 1; UPDATE tickets SET status = 'checked_in'")
            let table = try await program("check", "--audit-sql", "--release-after", "0.5").output
            let start = try #require(table.firstRange(of: "WITH "))
            #expect(try await platform.sql(String(table[start.lowerBound...].prefix { $0 != ";" })) == "1||2")
        }
    }

    @Test("Hostile ids neither leave the literals of the SQL nor end the run")
    func hostileIDs() async throws {
        try await withPlatform { platform, program in
            let event = "o'hara'; DROP TABLE events; --"
            let categories = ["o'hara';--", "'); DELETE FROM tickets; --", "two words", "\u{1b}[31m票\n", "$1", "\\'"]
            try await platform.addEvent(event, categories: categories.map { ($0, total: 10, sold: 2) })
            let report = try await audit(program)
            #expect(report.exitStatus == 0 && report.findings.count == categories.count)
            for finding in report.findings {
                let query = try #require(finding.detail?.split(separator: ": ", maxSplits: 1).last)
                #expect(try await platform.sql(String(query)) == "2||0", "\(finding)")
            }
            #expect(try await platform.sql("SELECT count(*) FROM events") == "1")
        }
    }

    @Test("Tickets that cannot be read are left out, and that is told")
    func withoutTickets() async throws {
        try await withPlatform { platform, program in
            try await sell(on: platform)
            try await platform.sql(
                """
                DELETE FROM orders WHERE id IN ('order-sold-3', 'order-accepted');
                UPDATE ticket_categories SET quantity_sold = 5 WHERE id = 'stalls';
                DROP TABLE tickets
                """)
            let report = try await audit(program)
            #expect(report.error == nil)
            #expect(
                report.warnings.contains { $0.contains("without their tickets: tickets.category_id: missing table") })
            let found = report.findings.filter { $0.cause == "sql-sold-differs" }
            #expect(found.map(\.category) == ["circle", "stalls"] && found.map(\.seats) == [3, 1])
            let circle = try #require(found.first)
            #expect(
                circle.detail?.contains("quantity_sold is 6, sold orders have 3 seats in their items: WITH") == true)
            let query = try #require(circle.detail?.split(separator: ": ", maxSplits: 1).last)
            #expect(try await platform.sql(String(query)) == "6|3")
        }
    }

    @Test("Rows that the server takes too long to show are deferred, and a signal is heeded meanwhile")
    func endsInTime() async throws {
        try await withPlatform { platform, program in
            try await sell(on: platform)
            try await platform.addEvent("other", categories: [("field", 10, 0)])
            try await platform.withLock(on: "tickets") {
                let report = try await audit(program, "--statement-timeout", "1")
                #expect(report.exitStatus == 4 && report.error == nil && report.causes == ["unsettled"])
                #expect(report.findings.compactMap(\.event).sorted() == ["gala", "other"])
                #expect(report.findings.last?.detail?.contains("the items of open orders were not audited") == true)
                let stopped = try await program.run(["check", "--audit-sql"]) { pid in
                    _ = try await platform.waitForBackend(waitingFor: "Lock")
                    kill(pid, SIGTERM)
                }
                #expect(stopped.status == 8, "\(stopped.message)")
            }
        }
    }

    @Test("The accounts that may only look find the same")
    func asGuests() async throws {
        try await withGuests(.redis7) { platform, check, _ in
            try await sell(on: platform)
            try await platform.sql(
                """
                UPDATE order_items SET quantity = 5 WHERE order_id = 'order-ordered' AND category_id = 'circle';
                DELETE FROM tickets WHERE order_id = 'order-sold-1' AND category_id = 'stalls'
                """)
            let report = try await check.report(["check", "--audit-sql", "--release-after", "0.5"])
            #expect(report.error == nil && report.exitStatus == 0)
            #expect(report.findings.map(\.cause).sorted() == ["order-seats-differ", "sql-sold-differs"])
            #expect(report.findings.map(\.seats).sorted() == [2, 3])
        }
    }

    @Test("Each of thousands of categories is told once, and the report keeps its bounds")
    func manyCategories() async throws {
        try await withPlatform { platform, program in
            try await platform.add(
                (1...3).map { event in
                    PlatformEvent(
                        "e\(event)",
                        categories: (1...4000).map { PlatformCategory("\(event)-\($0)", total: 9, sold: 1) })
                })
            let report = try await audit(program)
            #expect(report.totals.byCause == ["sql-sold-differs": Document.CauseTotal(count: 12_000, seats: 12_000)])
            #expect(report.findings.count == 1000 && Set(report.findings.map(\.category)).count == 1000)
        }
    }

    @Test("A run without it audits nothing, and no other command takes it")
    func isOptional() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100, 10)])
            #expect(try await program.report("check").findings.isEmpty)
            #expect(try await audit(program).causes == ["sql-sold-differs"])
            for command in [["rebuild", "--holds", "rebuild"], ["purge", "--stale"], ["worker"]] {
                #expect(try await program.run(command + ["--audit-sql"]).status == 64)
            }
        }
    }
}
