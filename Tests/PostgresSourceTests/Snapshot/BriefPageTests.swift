import HoldModel
import Testing

@testable import PostgresSource

extension PostgresSourceTests {
    /// What a look at a healthy platform takes, and no more.
    @Suite("a brief page")
    struct BriefPageTests {
        /// Three events with two orders each, which are one another's equals.
        private static let rows = """
            INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, 3) AS n;
            INSERT INTO ticket_categories (id, event_id, quantity_total)
            SELECT 'c' || n || '-' || c, 'e' || n, 9 FROM generate_series(1, 3) AS n, generate_series(1, 2) AS c;
            INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at, paid_at)
            SELECT 'o' || n || '-' || o, 'e' || n, 't' || n || '-' || o, 'pending_payment',
                   to_timestamp(1000.1239), to_timestamp(1600 + o), to_timestamp(1700)
            FROM generate_series(1, 3) AS n, generate_series(1, 2) AS o;
            INSERT INTO order_items (order_id, category_id, quantity)
            SELECT 'o' || n || '-' || o, 'c' || n || '-' || c, c
            FROM generate_series(1, 3) AS n, generate_series(1, 2) AS o, generate_series(1, 2) AS c;

            """

        private func page(_ sql: String = "", detail: PageDetail = .brief) async throws -> EventPage {
            let database = try await TicketsDatabase.create(sql: Self.rows + sql)
            return try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 10)
                return try await source.withPageReader(detail: detail) {
                    try await $0.page(of: ids[...], limit: 10, age: .seconds(3600))
                }
            }
        }

        private struct Shown: Hashable {
            let token: HoldToken
            let times: OrderTimes

            static func all(in table: SnapshotTable) -> [[Shown]] {
                table.events.map { event in
                    event.orders.map { place in
                        let order = table.orders[place]
                        return Shown(token: table.identifier(order.token), times: order.times)
                    }.sorted { $0.token < $1.token }
                }
            }
        }

        @Test("shows each order's token and times, and no lines")
        func showsOrders() async throws {
            let (brief, whole) = (try await page(), try await page(detail: .whole))
            #expect(Shown.all(in: brief.table) == Shown.all(in: whole.table))
            #expect(Shown.all(in: brief.table).map(\.count) == [2, 2, 2])
            #expect(brief.table.categories.count == 6)
            #expect(brief.table.lines.isEmpty && whole.table.lines.count == 12)
            #expect((0..<3).allSatisfy { brief.isPlain(at: $0) && whole.isPlain(at: $0) })
            #expect(brief.isComplete && brief.detail == .brief && whole.detail == .whole)
        }

        @Test(
            "tells an event whose rows take more than a look from one whose do not",
            arguments: [
                "UPDATE order_items SET quantity = 0 WHERE order_id = 'o2-1' AND category_id = 'c2-2'",
                "UPDATE order_items SET quantity = -1 WHERE order_id = 'o2-1'",
                "ALTER TABLE order_items ALTER quantity DROP NOT NULL; "
                    + "UPDATE order_items SET quantity = NULL WHERE order_id = 'o2-2'",
                "ALTER TABLE order_items ALTER quantity TYPE bigint; "
                    + "UPDATE order_items SET quantity = 9007199254740993 WHERE order_id = 'o2-2'",
                "ALTER TABLE order_items DROP CONSTRAINT order_items_pkey; "
                    + "ALTER TABLE order_items ALTER category_id DROP NOT NULL; "
                    + "INSERT INTO order_items VALUES ('o2-1', NULL, 1)",
                "UPDATE orders SET paid_at = 'infinity' WHERE id = 'o2-1'",
                "UPDATE orders SET updated_at = '-infinity' WHERE id = 'o2-1'",
                "UPDATE orders SET created_at = 'infinity' WHERE id = 'o2-1'",
                "UPDATE orders SET expires_at = '-infinity' WHERE id = 'o2-1'",
                "UPDATE orders SET updated_at = '10000-01-01' WHERE id = 'o2-1'",
                "UPDATE orders SET expires_at = '0001-12-31 BC' WHERE id = 'o2-1'",
                "UPDATE orders SET status = 'unheard-of' WHERE id = 'o2-1'",
                "ALTER TABLE orders ALTER status DROP NOT NULL; UPDATE orders SET status = NULL WHERE id = 'o2-1'",
                "UPDATE orders SET hold_token = '' WHERE id = 'o2-1'",
                "ALTER TABLE orders ALTER hold_token DROP NOT NULL; "
                    + "UPDATE orders SET hold_token = NULL WHERE id = 'o2-1'",
                "UPDATE orders SET hold_token = 'expiration-index' WHERE id = 'o2-1'",
                "DROP INDEX orders_hold_token_key; UPDATE orders SET hold_token = 't2-1' WHERE id = 'o2-2'",
            ])
        func tellsFaults(_ sql: String) async throws {
            for detail in [PageDetail.brief, .whole] {
                let page = try await page(sql + ";", detail: detail)
                #expect((0..<3).map { page.isPlain(at: $0) } == [true, false, true])
            }
        }

        @Test("is a whole one where its orders have no items, or one token is of two events")
        func needsNoItems() async throws {
            let page = try await page(
                """
                DELETE FROM order_items WHERE order_id = 'o1-1';
                DROP INDEX orders_hold_token_key;
                UPDATE orders SET hold_token = 't2-1' WHERE id = 'o3-2';
                """)
            #expect(page.isComplete)
            #expect((0..<3).allSatisfy { page.isPlain(at: $0) })
        }

        @Test(
            "is only read where the columns keep what it does not look at from being wrong",
            arguments: [
                ("", true), ("ALTER TABLE tickets ALTER category_id DROP NOT NULL", false),
                ("ALTER TABLE order_items ALTER quantity TYPE bigint", true),
                ("ALTER TABLE order_items ALTER quantity TYPE numeric", false),
                ("ALTER TABLE order_items ALTER quantity TYPE text", false),
                ("ALTER TABLE tickets RENAME TO old; CREATE VIEW tickets AS TABLE old", false),
            ])
        func isReadWhereItMay(_ sql: String, _ may: Bool) async throws {
            let database = try await TicketsDatabase.create(sql: sql + ";")
            let found = try await database.withSource { try await $0.canBeBrief() }
            #expect(found == may)
        }

        @Test("is followed by whole ones once that is asked for, and no event is left out")
        func becomesWhole() async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    INSERT INTO events (id) SELECT 'e' || to_char(n, 'FM0000') FROM generate_series(1, 3000) AS n;
                    INSERT INTO orders (id, event_id, hold_token, status)
                    SELECT 'o' || e.id, e.id, 't' || e.id, 'processing' FROM events AS e;
                    """)
            try await database.withSource { source in
                try await source.withPageReader(detail: .brief) { reader in
                    let ids = try await source.events(after: nil, limit: 5000)
                    var (rest, details) = (ids[...], [PageDetail]())
                    while !rest.isEmpty {
                        let page = try await reader.page(of: rest, limit: 400, age: .seconds(3600))
                        let isNext =
                            page.table.events.indices.map { page.event(at: $0) }
                            == Array(rest.prefix(page.table.events.count))
                        #expect(isNext && page.table.orders.count == page.table.events.count)
                        rest = rest.dropFirst(page.table.events.count)
                        details.append(page.detail)
                        // In the middle of a window, and with two others begun.
                        if details.count == 2 { await reader.readWhole() }
                    }
                    #expect(details.prefix(2).allSatisfy { $0 == .brief })
                    #expect(details.count > 4 && details.dropFirst(2).allSatisfy { $0 == .whole })
                }
            }
        }
    }
}
