import HoldModel
import PostgresSource
import Testing

extension PostgresSourceTests {
    /// Views that join one table too many give rows twice, and tables without keys may have them.
    @Suite("rows that come twice", .serialized)
    struct RepeatedRowTests {
        /// Two events of a category and an order with an item each; what a view is made of is two rows.
        private static let rows = """
            INSERT INTO events (id) VALUES ('e1'), ('e2');
            INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES ('c1', 'e1', 9), ('c2', 'e2', 9);
            INSERT INTO orders (id, event_id, hold_token, status)
            VALUES ('o1', 'e1', 't1', 'processing'), ('o2', 'e2', 't2', 'processing');
            INSERT INTO order_items VALUES ('o1', 'c1', 2), ('o2', 'c2', 3);
            CREATE TABLE two (n int);
            INSERT INTO two VALUES (1), (2);

            """

        /// Shows a table through a view that has each row of the second event twice.
        private static func doubled(_ table: String, _ columns: String = "t.*", where condition: String) -> String {
            """
            ALTER TABLE \(table) RENAME TO real_\(table);
            CREATE VIEW \(table) AS
            SELECT \(columns) FROM real_\(table) t JOIN two ON two.n = 1 OR \(condition);
            """
        }

        private func snapshots(_ sql: String) async throws -> [EventSnapshot] {
            let database = try await TicketsDatabase.create(sql: Self.rows + sql)
            return try await database.withSource { source in
                let events = try await source.events(after: nil, limit: 10)
                return try await source.snapshot(of: events, tokens: events.map { _ in [] }).events
            }
        }

        /// Why each of the two events cannot be used, in one line.
        private func faults(_ sql: String) async throws -> [String] {
            try await snapshots(sql).map { event in
                ([event.fault] + event.categories.map(\.fault) + event.orders.map(\.fault)).compactMap(\.self)
                    .joined(separator: "; ")
            }
        }

        @Test("are one event, which cannot be used")
        func areOneEvent() async throws {
            let sql = Self.doubled("events", where: "t.id = 'e2'")
            #expect(try await faults(sql) == ["", "events has more rows than one of this id"])
        }

        @Test("are a category whose event cannot be used, also with other counts")
        func areOneCategory() async throws {
            let sql = Self.doubled(
                "ticket_categories", "t.id, t.event_id, t.quantity_total / n AS quantity_total, t.quantity_sold",
                where: "t.id = 'c2'")
            #expect(try await faults(sql) == ["", "the event has another row of this id"])
        }

        @Test("are an order whose event cannot be used, also with another token, status or event")
        func areOneOrder() async throws {
            for columns in [
                "t.*",
                "t.id, t.event_id, t.hold_token || CASE n WHEN 2 THEN 'x' ELSE '' END AS hold_token, t.status, "
                    + "t.expires_at, t.created_at, t.paid_at, t.updated_at",
                "t.id, t.event_id, t.hold_token, CASE n WHEN 2 THEN 'confirmed' ELSE t.status END AS status, "
                    + "t.expires_at, t.created_at, t.paid_at, t.updated_at",
            ] {
                let faults = try await faults(Self.doubled("orders", columns, where: "t.id = 'o2'"))
                #expect(faults[0].isEmpty)
                #expect(faults[1].hasPrefix("orders has more rows than one of id o2"), "\(columns)")
            }
        }

        @Test("are an order item that cannot be used, whether its seats are the same or not")
        func areOneItem() async throws {
            for quantity in ["t.quantity", "t.quantity + n AS quantity"] {
                let sql = Self.doubled(
                    "order_items", "t.order_id, t.category_id, \(quantity)", where: "t.order_id = 'o2'")
                #expect(
                    try await faults(sql) == ["", "it has more rows than one of category c2, in orders or order_items"])
            }
        }

        @Test("are an order item that cannot be used where no category of the event is meant")
        func areOneItemOfAnotherEvent() async throws {
            let faults = try await faults(
                "UPDATE order_items SET category_id = 'c1' WHERE order_id = 'o2';"
                    + Self.doubled("order_items", where: "t.order_id = 'o2'"))
            #expect(faults == ["", "it has more rows than one of category c1, in orders or order_items"])
        }

        @Test("are an order that cannot be used where it has no items")
        func areOneOrderWithoutItems() async throws {
            let faults = try await faults("DELETE FROM order_items;" + Self.doubled("orders", where: "t.id = 'o2'"))
            #expect(faults[0].isEmpty)
            #expect(faults[1].contains("it has more rows than one, in orders or order_items"))
        }

        @Test("are told by brief pages too, but for items, which a whole hash does not need")
        func areToldByBriefPages() async throws {
            for (table, condition) in [
                ("events", "t.id = 'e2'"), ("ticket_categories", "t.id = 'c2'"), ("orders", "t.id = 'o2'"),
            ] {
                let database = try await TicketsDatabase.create(
                    sql: Self.rows + Self.doubled(table, where: condition))
                let isPlain = try await database.withSource { source in
                    let events = try await source.events(after: nil, limit: 10)
                    let page = try await source.withPageReader(detail: .brief) {
                        try await $0.page(of: events[...], limit: 10, age: .seconds(3600))
                    }
                    return (0..<2).map { page.isPlain(at: $0) }
                }
                #expect(isPlain == [true, false], "\(table)")
            }
        }

        @Test("do not end a walk over ids too early, nor keep it from its end", arguments: [1, 2, 3, 5, 50])
        func doNotEndWalk(_ size: Int) async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    DROP TABLE events CASCADE;
                    CREATE TABLE events (id text);
                    INSERT INTO events SELECT 'e' || n FROM generate_series(1, 9) AS n, generate_series(1, n * n);
                    INSERT INTO events SELECT NULL FROM generate_series(1, 7);
                    """)
            let walked = try await database.withSource { source in
                var (walked, last): ([EventID], EventID?) = ([], nil)
                while true {
                    let ids = try await source.events(after: last, limit: size)
                    walked += ids
                    last = ids.last
                    if ids.count < size { return walked }
                }
            }
            #expect(walked == (1...9).map { EventID("e\($0)") })
        }

        @Test("are one existing event")
        func areOneExistingEvent() async throws {
            let database = try await TicketsDatabase.create(
                sql: Self.rows + Self.doubled("events", where: "t.id = 'e2'"))
            let existing = try await database.withSource { source in
                try await source.existingEvents([EventID("e2"), EventID("e1"), EventID("e2")])
            }
            #expect(existing == [EventID("e1"), EventID("e2")])
        }
    }

    /// Tables without keys may have rows without ids.
    @Suite("a row without an id")
    struct MissingIDTests {
        private static let rows = """
            INSERT INTO events (id) VALUES ('e1'), ('e2');
            ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey, DROP CONSTRAINT order_items_category_id_fkey;
            ALTER TABLE tickets DROP CONSTRAINT tickets_order_id_fkey, DROP CONSTRAINT tickets_category_id_fkey;
            ALTER TABLE orders DROP CONSTRAINT orders_pkey;
            ALTER TABLE orders ALTER id DROP NOT NULL;
            ALTER TABLE ticket_categories DROP CONSTRAINT ticket_categories_pkey;
            ALTER TABLE ticket_categories ALTER id DROP NOT NULL;

            """

        private func snapshots(_ sql: String) async throws -> [EventSnapshot] {
            let database = try await TicketsDatabase.create(sql: Self.rows + sql)
            return try await database.withSource { source in
                try await source.snapshot(of: [EventID("e1"), EventID("e2")], tokens: [[], []]).events
            }
        }

        @Test("is a category that stops its event")
        func isCategory() async throws {
            let snapshots = try await snapshots(
                "INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES (NULL, 'e2', 5), ('c1', 'e1', 5);")
            #expect(snapshots.map(\.fault) == [nil, "ticket_categories has a row without id in this event"])
            #expect(snapshots.map(\.categories.count) == [1, 0])
        }

        @Test("is an order that cannot be used")
        func isOrder() async throws {
            let snapshots = try await snapshots(
                """
                INSERT INTO orders (id, event_id, hold_token, status)
                VALUES (NULL, 'e2', 't', 'processing'), ('o', 'e1', 'u', 'processing');
                """)
            #expect(snapshots.map { $0.orders.map(\.fault) } == [[nil], ["its row has no id"]])
        }
    }
}
