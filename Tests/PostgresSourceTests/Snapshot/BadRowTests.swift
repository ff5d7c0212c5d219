import HoldModel
import PostgresSource
import Testing

extension PostgresSourceTests {
    /// Bad input stops its event, not the page (design section 6.9).
    @Suite("a row that cannot be used")
    struct BadRowTests {
        private static let loosened = """
            INSERT INTO events (id) VALUES ('e');
            ALTER TABLE ticket_categories ALTER quantity_total DROP NOT NULL, ALTER quantity_sold DROP NOT NULL;
            ALTER TABLE order_items DROP CONSTRAINT order_items_pkey;
            ALTER TABLE order_items ALTER quantity DROP NOT NULL, ALTER category_id DROP NOT NULL;
            ALTER TABLE orders ALTER status DROP NOT NULL, ALTER created_at DROP NOT NULL;
            ALTER TABLE tickets ALTER category_id DROP NOT NULL, ALTER status DROP NOT NULL;
            INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold) VALUES ('c', 'e', 10, 0);

            """

        private func snapshot(_ sql: String) async throws -> EventSnapshot {
            let database = try await TicketsDatabase.create(sql: Self.loosened + sql)
            return try await database.withSource { source in
                try #require(try await source.snapshot(of: [EventID("e")], tokens: [[]]).events.first)
            }
        }

        private func order(_ columns: String, _ values: String, then more: String = "") async throws -> Order {
            let sql = "INSERT INTO orders (id, event_id, hold_token, \(columns)) VALUES ('o', 'e', 't', \(values));"
            return try #require(try await snapshot(sql + more).orders.first)
        }

        @Test(
            "names the column of a category whose count is missing or below zero",
            arguments: [
                ("NULL", "0", "quantity_total is NULL or no integer"),
                ("5", "NULL", "quantity_sold is NULL or no integer"),
                ("-1", "0", "quantity_total is -1"), ("5", "-2", "quantity_sold is -2"),
            ])
        func namesCount(_ total: String, _ sold: String, _ fault: String) async throws {
            let snapshot = try await snapshot(
                "UPDATE ticket_categories SET quantity_total = \(total), quantity_sold = \(sold);")
            #expect(snapshot.categories.map(\.fault) == [fault])
        }

        @Test("is a category with more seats than the platform's scripts can count")
        func isTooLargeCount() async throws {
            let rows = try await snapshot(
                """
                ALTER TABLE ticket_categories ALTER quantity_total TYPE bigint;
                UPDATE ticket_categories SET quantity_total = 9007199254740993;
                """)
            #expect(rows.categories.map { $0.fault?.hasPrefix("quantity_total is 9007199254740993") } == [true])
        }

        @Test("is each but the last of rows that have one id in one event")
        func isRepeatedRow() async throws {
            let rows = try await snapshot(
                """
                ALTER TABLE ticket_categories DROP CONSTRAINT ticket_categories_pkey CASCADE;
                INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
                VALUES ('c', 'e', 5, 0), ('d', 'e', 5, 0);
                """)
            #expect(rows.categories.map(\.fault) == ["the event has another row of this id", nil, nil])
        }

        @Test("is each of two categories that share an inventory key, in whatever snapshot")
        func sharesKey() async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    INSERT INTO events (id) VALUES ('a'), ('a:b'), ('a:c');
                    INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
                    VALUES ('b:q', 'a', 5, 5), ('plain', 'a', 1, 0), ('q', 'a:b', 9, 0), ('x:q', 'a:c', 1, 0);
                    """)
            let events = ["a", "a:b", "a:c"].map { EventID($0) }
            try await database.withSource { source in
                let alone = try await source.snapshot(of: [events[1]], tokens: [[]])
                #expect(alone.events[0].categories.map(\.fault).compactMap(\.self).count == 1)
                let walked = try await source.withPageReader { reader in
                    try await reader.page(of: events[...], limit: 3, age: .seconds(60))
                }
                let faults = Dictionary(
                    uniqueKeysWithValues: walked.events.flatMap(\.categories).map { ($0.id.description, $0.fault) })
                #expect(faults["b:q"]??.contains("category q of event a:b") == true)
                #expect(faults["q"]??.contains("category b:q of event a ") == true)
                #expect(faults["plain"] == .some(nil) && faults["x:q"] == .some(nil))
                #expect(walked.table.events.map(\.isPlain) == [false, false, true])
            }
        }

        @Test("is an order with a status that the contract does not name", arguments: ["'on_hold'", "''", "NULL"])
        func isUnknownStatus(_ status: String) async throws {
            let order = try await order("status", status, then: "INSERT INTO order_items VALUES ('o', 'c', 1);")
            #expect(order.status == nil)
            #expect(order.fault?.hasPrefix("status \(status) is none") == true)
        }

        @Test(
            "is an order with an instant that is not finite, or that a hash cannot say",
            arguments: ["expires_at", "created_at", "paid_at", "updated_at"],
            ["infinity", "-infinity", "10000-01-01 00:00:00Z", "0001-12-31 23:59:59Z BC"])
        func isInfiniteInstant(_ column: String, _ value: String) async throws {
            let order = try await order("status, \(column)", "'pending_payment', '\(value)'")
            #expect(order.fault == "\(column) is no instant of the years 1 to 9999")
        }

        @Test(
            "is no order with an instant of the first or the last year",
            arguments: ["0001-01-01 00:00:00Z", "9999-12-31 23:59:59.999Z"])
        func isNoInstantOfFirstOrLastYear(_ value: String) async throws {
            let order = try await order("status, expires_at", "'pending_payment', '\(value)'")
            #expect(
                order.fault == nil
                    && order.expiresAt?.iso8601 == value.replacing(" ", with: "T").replacing("00Z", with: "00.000Z"))
        }

        @Test("is an order line without seats or category", arguments: ["'c', 0", "'c', -3", "'c', NULL", "NULL, 2"])
        func isLineWithoutSeats(_ line: String) async throws {
            let order = try await order(
                "status", "'pending_payment'", then: "INSERT INTO order_items VALUES ('o', 'c', 1), ('o', \(line));")
            #expect(order.fault == "an order_items row has no category or no seats")
        }

        @Test("is an order whose ticket has no category")
        func isTicketWithoutCategory() async throws {
            let order = try await order(
                "status", "'pending_payment'",
                then: "INSERT INTO tickets (id, order_id, event_id, status) VALUES ('1', 'o', 'e', NULL);")
            #expect(order.fault == "a ticket has no category_id")
        }

        @Test("stops no other order of the page")
        func stopsNoOther() async throws {
            let snapshot = try await snapshot(
                """
                INSERT INTO orders (id, event_id, hold_token, status)
                VALUES ('bad', 'e', 'tb', 'odd'), ('good', 'e', 'tg', 'processing');
                INSERT INTO order_items VALUES ('bad', 'c', 0), ('good', 'c', 2);
                """)
            let good = try #require(snapshot.orders.first { $0.id == OrderID("good") })
            #expect(good.fault == nil)
            #expect(good.lines == [SeatLine(category: CategoryID("c"), quantity: 2)])
        }

        @Test("is none where status is an enum and times have no zone: they are read as UTC")
        func isNoneWithEnumAndNaiveTimes() async throws {
            let order = try await order(
                "status, created_at", "'processing', '1970-01-01 00:16:40Z'",
                then: """
                    CREATE TYPE order_status AS ENUM ('pending_payment', 'processing');
                    ALTER TABLE orders ALTER status TYPE order_status USING status::order_status;
                    ALTER TABLE orders ALTER created_at TYPE timestamp USING created_at AT TIME ZONE 'UTC';
                    """)
            #expect(order.status == .processing)
            #expect(order.createdAt == Timestamp(milliseconds: 1_000_000))
            #expect(order.fault == nil)
        }
    }
}
