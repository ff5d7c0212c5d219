import HoldModel
import PostgresSource
import Testing

extension PostgresSourceTests {
    /// Platforms keep seats as decimals and instants as text; one value must not end a run.
    @Suite("columns of other types than the contract's own", .serialized)
    struct ColumnTypeTests {
        private static let rows = """
            INSERT INTO events (id) VALUES ('e1'), ('e2');
            INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES ('c1', 'e1', 9), ('c2', 'e2', 9);
            INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
            VALUES ('o1', 'e1', 't1', 'pending_payment', to_timestamp(1000), to_timestamp(1600.25)),
                   ('o2', 'e2', 't2', 'pending_payment', to_timestamp(1000), to_timestamp(1600.25));
            INSERT INTO order_items VALUES ('o1', 'c1', 2), ('o2', 'c2', 2);

            """

        private func snapshots(_ sql: String) async throws -> [EventSnapshot] {
            let database = try await TicketsDatabase.create(sql: Self.rows + sql + ";")
            return try await database.withSource { source in
                try await source.snapshot(of: [EventID("e1"), EventID("e2")], tokens: [[], []]).events
            }
        }

        private static let numbers = [
            ("numeric(12,4)", "10.0000", true), ("numeric", "10.5", false), ("numeric", "NaN", false),
            ("numeric", "Infinity", false), ("numeric", "1e30", false), ("float8", "10", true),
            ("float8", "1e300", false), ("real", "NaN", false), ("text", "10", true), ("text", " 10 ", true),
            ("text", "two", false), ("text", "", false), ("text", "0x10", false), ("varchar(20)", "10.00", true),
            ("text", "99999999999999999999", false),
        ]

        @Test("are seats where they tell an integer, and stop their event alone where not", arguments: numbers)
        func areSeats(_ type: String, _ value: String, _ isInteger: Bool) async throws {
            let events = try await snapshots(
                """
                ALTER TABLE ticket_categories ALTER quantity_total TYPE \(type);
                UPDATE ticket_categories SET quantity_total = '\(value)' WHERE id = 'c2';
                """)
            #expect(events[0].categories.map(\.fault) == [nil] && events[0].categories.map(\.total) == [9])
            #expect((events[1].categories.first?.fault == nil) == isInteger)
            if isInteger { #expect(events[1].categories.map(\.total) == [10]) }
        }

        @Test("are an order's seats likewise", arguments: numbers)
        func areItems(_ type: String, _ value: String, _ isInteger: Bool) async throws {
            for category in ["'c2'", "NULL"] {
                let events = try await snapshots(
                    """
                    ALTER TABLE order_items DROP CONSTRAINT order_items_pkey;
                    ALTER TABLE order_items ALTER category_id DROP NOT NULL, ALTER quantity TYPE \(type);
                    UPDATE order_items SET quantity = '\(value)', category_id = \(category) WHERE order_id = 'o2';
                    """)
                #expect(events[0].orders.map(\.fault) == [nil])
                #expect(events[0].orders.first?.lines.map(\.quantity) == [2])
                #expect((events[1].orders.first?.fault == nil) == (isInteger && category != "NULL"))
            }
        }

        @Test(
            "are instants where they are one, and stop their event alone where not",
            arguments: [
                ("2026-05-01T12:00:00Z", "2026-05-01T12:00:00.000Z"),
                ("2026-05-01 12:00:00", "2026-05-01T12:00:00.000Z"),
                ("2026-05-01T12:00:00.123+02:00", "2026-05-01T10:00:00.123Z"),
                ("2026-05-01", "2026-05-01T00:00:00.000Z"),
                ("2024-02-29 23:59", "2024-02-29T23:59:00.000Z"),
                ("2026-05-01 12:00:00.5-0930", "2026-05-01T21:30:00.500Z"),
                ("2026-02-29 12:00:00Z", nil), ("2026-04-31", nil), ("2026-13-01", nil), ("0000-01-01", nil),
                ("2026-05-01T24:00:00Z", nil), ("2026-05-01T12:00:00+99:00", nil), ("tomorrow", nil), ("", nil),
                ("infinity", nil), ("1777636800", nil), ("2026-05-01T12:00:00 Mars", nil), ("10000-01-01", nil),
            ])
        func areInstants(_ value: String, _ instant: String?) async throws {
            for column in ["expires_at", "paid_at"] {
                let events = try await snapshots(
                    """
                    ALTER TABLE orders ALTER \(column) TYPE text;
                    UPDATE orders SET \(column) = '\(value)' WHERE id = 'o2';
                    """)
                let orders = events.map { $0.orders.first }
                #expect(orders[0]?.fault == nil && orders[0]?.expiresAt == Timestamp(milliseconds: 1_600_250))
                let found = column == "paid_at" ? orders[1]?.paidAt : orders[1]?.expiresAt
                #expect(found?.iso8601 == instant)
                #expect((orders[1]?.fault == nil) == (instant != nil), "\(orders[1]?.fault ?? "no fault")")
            }
        }

        @Test("are not looked for in ids")
        func areNotLookedForInIDs() async throws {
            let id = "it's c.quantity_total::bigint"
            let quoted = id.replacing("'", with: "''")
            let database = try await TicketsDatabase.create(
                sql: """
                    ALTER TABLE ticket_categories ALTER quantity_total TYPE numeric;
                    INSERT INTO events (id) VALUES ('\(quoted)');
                    INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES ('c', '\(quoted)', 9);
                    """)
            let rows = try await database.withSource { try await $0.categories(of: [EventID(id)]) }
            #expect(rows.first?.map(\.total) == [9])
        }

        @Test("are days at their beginning, also of a year that no instant has")
        func areDays() async throws {
            let events = try await snapshots(
                """
                ALTER TABLE orders ALTER expires_at TYPE date;
                UPDATE orders SET expires_at = '300000-01-01' WHERE id = 'o2';
                """)
            #expect(events[0].orders.first?.expiresAt == Timestamp(milliseconds: 0))
            #expect(events[1].orders.first?.fault == "expires_at is no instant of the years 1 to 9999")
        }

        @Test("are what a domain is made of")
        func areDomains() async throws {
            let events = try await snapshots(
                """
                CREATE DOMAIN seats AS integer CHECK (VALUE >= 0);
                CREATE DOMAIN moment AS timestamptz;
                ALTER TABLE ticket_categories ALTER quantity_total TYPE seats;
                ALTER TABLE orders ALTER expires_at TYPE moment
                """)
            #expect(events.map { $0.categories.map(\.total) } == [[9], [9]])
            #expect(events[1].orders.first?.expiresAt == Timestamp(milliseconds: 1_600_250))
        }

        @Test(
            "are named before anything is read where they tell nothing of the kind",
            arguments: [
                ("orders", "expires_at", "bigint USING 1", "bigint, which tells no instant"),
                ("orders", "paid_at", "json USING NULL", "json, which tells no instant"),
                ("orders", "updated_at", "time", "time without time zone, which tells no instant"),
                ("ticket_categories", "quantity_sold", "boolean USING true", "boolean, which tells no number of seats"),
                ("order_items", "quantity", "money", "money, which tells no number of seats"),
            ])
        func areNamed(_ table: String, _ column: String, _ type: String, _ words: String) async throws {
            let database = try await TicketsDatabase.create(
                sql: Self.rows
                    + "ALTER TABLE \(table) ALTER \(column) DROP DEFAULT; ALTER TABLE \(table) ALTER \(column) TYPE \(type);"
            )
            try await database.withSource { source in
                let error = await #expect(throws: PostgresError.self) { try await source.checkColumns() }
                let text = try #require(error).description
                #expect(text.hasPrefix("column \(table).\(column) is of type \(words)") && isOneLine(text))
                await #expect(throws: PostgresError.self) {
                    try await source.snapshot(of: [EventID("e1")], tokens: [[]])
                }
            }
        }
    }
}
