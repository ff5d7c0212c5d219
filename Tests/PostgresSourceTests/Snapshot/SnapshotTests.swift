import Foundation
import HoldModel
import PostgresSource
import Testing

extension PostgresSourceTests {
    @Suite("a snapshot")
    struct SnapshotTests {
        private static let rows = """
            INSERT INTO events (id) VALUES ('e');
            INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold) VALUES ('c', 'e', 10, 0);
            INSERT INTO orders (id, event_id, hold_token, status) VALUES ('o', 'e', 't', 'pending_payment');
            INSERT INTO order_items VALUES ('o', 'c', 2);
            """

        @Test("shows nothing of a change that is committed between its statements")
        func isOfOneInstant() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let writer = try WriterSession(on: database)
                // Categories are read, then the read of the orders stands in front of this lock.
                try writer.run("BEGIN", "LOCK TABLE order_items IN ACCESS EXCLUSIVE MODE")
                async let reading = source.snapshot(of: [EventID("e")], tokens: [[HoldToken("t2")]])
                try await database.waitUntilBlocked()
                try writer.run(
                    "UPDATE ticket_categories SET quantity_sold = 2",
                    "UPDATE orders SET status = 'confirmed' WHERE id = 'o'",
                    "INSERT INTO orders (id, event_id, hold_token, status) VALUES ('o2', 'e', 't2', 'confirmed')",
                    "INSERT INTO order_items VALUES ('o2', 'c', 1)", "COMMIT")

                let before = try #require(try await reading.events.first)
                #expect(before.categories.map(\.sold) == [0])
                #expect(before.orders.map(\.id) == [OrderID("o")])
                #expect(before.orders.first?.status == .pendingPayment)

                let after = try await source.snapshot(of: [EventID("e")], tokens: [[HoldToken("t2")]])
                #expect(after.events.first?.categories.map(\.sold) == [2])
                #expect(after.events.first?.orders.map(\.status) == [.confirmed])
            }
        }

        @Test("carries PostgreSQL's clock and its place in the WAL")
        func carriesClock() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let earlier = Date().timeIntervalSince1970
                let clock = try await source.snapshot(of: [EventID("e")], tokens: [[]]).clock
                let later = Date().timeIntervalSince1970
                #expect((Int64(earlier * 1000) - 1...Int64(later * 1000)).contains(clock.time.milliseconds))
                let lsn = try #require(clock.lsn)
                #expect(try await database.sql("SELECT '\(lsn)'::pg_lsn <= pg_current_wal_insert_lsn()") == "t")
                #expect(try await database.sql("SELECT '\(lsn)'::pg_lsn > '0/0'::pg_lsn") == "t")
            }
        }

        @Test("tells orders of tokens that no event is known for")
        func tellsOrdersOfTokens() async throws {
            let hard = ["a,b", "{x}", "say \"x\"", "back\\slash", "two\nlines", "it's", "🎫", "NULL", " "]
            let rows = hard.enumerated().map { position, token in
                "('o\(position)', 'e', '\(token.replacing("'", with: "''"))', 'confirmed')"
            }
            let database = try await TicketsDatabase.create(
                sql: Self.rows
                    + """
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES \(rows.joined(separator: ","));
                    INSERT INTO events (id) VALUES ('');
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES ('other', '', 'other', 'processing');
                    """)
            try await database.withSource { source in
                let tokens = hard.map { HoldToken($0) } + [HoldToken([0xFF, 0xFE]), HoldToken([0]), HoldToken("none")]
                let orders = try await source.orders(of: tokens)
                #expect(Set(orders.map(\.token)) == Set(hard.map { HoldToken($0) }))
                #expect(orders.count == hard.count)
            }
        }

        @Test("has ids as text, whatever type they have")
        func hasIDsAsText() async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    ALTER TABLE events DROP CONSTRAINT events_pkey CASCADE;
                    ALTER TABLE ticket_categories DROP CONSTRAINT ticket_categories_pkey CASCADE;
                    ALTER TABLE events ALTER id TYPE integer USING 1;
                    ALTER TABLE ticket_categories ALTER event_id TYPE integer USING 1, ALTER id TYPE bigint USING 1;
                    ALTER TABLE orders ALTER event_id TYPE integer USING 1, ALTER hold_token TYPE uuid USING NULL;
                    ALTER TABLE order_items ALTER category_id TYPE bigint USING 1;
                    ALTER TABLE tickets ALTER category_id TYPE bigint USING 1;
                    INSERT INTO events (id) VALUES (9), (10);
                    INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold) VALUES (7, 9, 5, 0);
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES
                        ('o', 9, '0B5A2C1E-0000-4000-8000-000000000001', 'processing'),
                        ('t', 9, '0B5A2C1E-0000-4000-8000-000000000002', 'processing');
                    INSERT INTO order_items (order_id, category_id, quantity) VALUES ('o', 7, 2);
                    INSERT INTO tickets (id, order_id, event_id, category_id, status) VALUES ('1', 't', '9', 7, 'held');
                    """)
            let token = HoldToken("0b5a2c1e-0000-4000-8000-000000000001")
            try await database.withSource { source in
                let events = try await source.events(after: nil, limit: 10)
                #expect(events == [EventID("10"), EventID("9")])
                #expect(try await source.existingEvents([EventID("9"), EventID("8")]) == [EventID("9")])
                let page = try await source.snapshot(of: [EventID("9")], tokens: [[]])
                #expect(page.events[0].categories.map(\.id) == [CategoryID("7")])
                let lines = page.events[0].orders.map { $0.lines.map { "\($0.category) \($0.quantity)" } }
                #expect(Set(lines) == [["7 2"], ["7 1"]])
                #expect(try await source.orders(of: [token]).map(\.id) == [OrderID("o")])
                #expect(try await source.categoriesExist([(EventID("9"), CategoryID("7"))]) == [true])
                #expect(try await source.openOrders(of: [EventID("9")], after: nil, limit: 5).count == 2)
            }
        }

        @Test("has the categories of each event by id, in whatever sequence the table has them")
        func ordersCategories() async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    INSERT INTO events (id) VALUES ('e'), ('f'), ('none');
                    INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold) VALUES
                        ('same-head-2', 'f', 1, 0), ('z', 'e', 2, 0), ('same-head-1', 'f', 3, -4), ('same-head', 'f', 5, 0),
                        ('é', 'e', 6, 0), ('B', 'e', -7, 0), ('a', 'f', 8, 0);
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES ('o', 'f', 't', 'pending_payment');
                    INSERT INTO order_items VALUES ('o', 'same-head-1', 2);
                    """)
            try await database.withSource { source in
                let ids = ["e", "f", "none"].map { EventID($0) }
                let page = try await source.snapshot(of: ids, tokens: [[], [], []])
                let told = page.events.map { $0.categories.map { "\($0.id) \($0.total) \($0.fault ?? "fine")" } }
                #expect(
                    told == [
                        ["B -7 quantity_total is -7", "z 2 fine", "é 6 fine"],
                        ["a 8 fine", "same-head 5 fine", "same-head-1 3 quantity_sold is -4", "same-head-2 1 fine"], [],
                    ])
                #expect(
                    page.events[1].orders.first?.lines == [SeatLine(category: CategoryID("same-head-1"), quantity: 2)])
                #expect(try await source.categories(of: ids).map(\.count) == [3, 4, 0])
            }
        }

        @Test("categories are told by event and id together, whatever the ids hold")
        func categoriesAreTold() async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    INSERT INTO events (id) VALUES ('a:b'), ('a');
                    INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES ('c', 'a:b', 1), ('d', 'a', 1);
                    """)
            try await database.withSource { source in
                let exist = try await source.categoriesExist([
                    (EventID("a"), CategoryID("b:c")), (EventID("a:b"), CategoryID("c")),
                    (EventID([0xFF]), CategoryID("c")), (EventID("a"), CategoryID("c")),
                    (EventID("a"), CategoryID("d")),
                ])
                #expect(exist == [false, true, false, false, true])
            }
        }

        @Test("open orders are read page by page, of some events or of all, without reservations that are over")
        func openOrdersAreNamed() async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    INSERT INTO events (id) VALUES ('e'), ('f');
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES
                        ('1', 'e', 't1', 'pending_payment'), ('2', 'f', 't2', 'processing'), ('3', 'e', 't3', 'failed'),
                        ('4', 'e', 't4', 'odd');
                    INSERT INTO orders (id, event_id, hold_token, status, expires_at) VALUES
                        ('5', 'e', 't5', 'pending_payment', now() - interval '1 second'),
                        ('6', 'e', 't6', 'pending_payment', now() + interval '1 minute');
                    """)
            try await database.withSource { source in
                let all = try await source.openOrders(of: nil, after: nil, limit: 10)
                #expect(all.map(\.id.description) == ["1", "2", "4", "6"])
                #expect(all.map(\.status) == [.pendingPayment, .processing, nil, .pendingPayment])
                #expect(all.map { $0.expiresAt == nil } == [true, true, true, false])
                let first = try await source.openOrders(of: [EventID("f")], after: nil, limit: 10)
                #expect(first.map(\.id) == [OrderID("2")])
                let pages = [
                    try await source.openOrders(of: nil, after: nil, limit: 1),
                    try await source.openOrders(of: nil, after: OrderID("1"), limit: 1),
                ]
                #expect(pages.map { $0.map(\.id.description) } == [["1"], ["2"]])
            }
        }
    }
}
