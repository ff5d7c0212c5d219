import TestPlatform
import TestServers
import Testing

/// Events larger than anything a script should touch at once.
@Suite(.postgres) struct LargeEventTests {
    @Test func fiveThousandCategoriesInOneEvent() async throws {
        try await withPlatform { platform, program in
            let categories = (1...5000).map { PlatformCategory("category-\($0)", total: 100, sold: $0 % 90) }
            try await platform.add([PlatformEvent("gala", categories: categories)])
            _ = try await platform.acquire("cart", event: "gala", (1...200).map { Seats("category-\($0)", 1) })
            #expect(try await program("check", "--deep").status == 0)
            try await platform.sql("UPDATE ticket_categories SET quantity_sold = quantity_sold + 1")
            let rebuild = try await program.report("rebuild", "--holds", "rebuild", "--execute")
            #expect(rebuild.totals.byCause == ["stale-sold": .init(count: 5000, seats: 5000)])
            #expect(rebuild.findings.count == 1000)
            #expect(rebuild.exitStatus == 0)
            try await expectAgreement(on: platform)
            #expect(try await program("check", "--deep").status == 0)
        }
    }

    @Test func twentyThousandHoldsInOneEvent() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 100_000, 0)])
            try await platform.sql(
                """
                INSERT INTO orders (id, event_id, hold_token, status, expires_at)
                SELECT 'order-' || n, 'gala', 'hold-' || n, 'pending_payment', now() + interval '1 hour'
                FROM generate_series(1, 20000) AS n;
                INSERT INTO order_items (order_id, category_id, quantity)
                SELECT 'order-' || n, 'stalls', 2 FROM generate_series(1, 20000) AS n;
                """)
            let rebuild = try await program.report("rebuild", "--holds", "rebuild", "--execute", "--max-findings", "3")
            #expect(rebuild.exitStatus == 0)
            #expect(rebuild.scanned.orders == 20_000)
            #expect(rebuild.findings.count == 3)
            #expect(try await platform.redis.command("ZCARD", platform.indexKey) == "20000")
            #expect(
                try await platform.inventory(event: "gala", category: "stalls") == [
                    "total": "100000", "sold": "0", "pending": "40000", "available": "60000", "version": "2",
                ])
            try await expectAgreement(on: platform)
            #expect(try await program("check", "--deep").status == 0)
        }
    }
}
