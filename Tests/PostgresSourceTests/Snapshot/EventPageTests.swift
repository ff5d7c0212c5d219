import HoldModel
import PostgresSource
import Testing

extension PostgresSourceTests {
    @Suite("a page of events")
    struct EventPageTests {
        /// Two events with categories; orders come with each test.
        static let events = """
            INSERT INTO events (id) VALUES ('e1'), ('e2');
            INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
            VALUES ('c2', 'e1', 20, 0), ('c1', 'e1', 10, 3), ('d1', 'e2', 5, 5);

            """

        private func page(_ orders: String, tokens: [[String]] = [[], []]) async throws -> EventPage {
            let database = try await TicketsDatabase.create(sql: Self.events + orders)
            return try await database.withSource { source in
                try await source.snapshot(
                    of: [EventID("e2"), EventID("e1")], tokens: tokens.map { $0.map { HoldToken($0) } })
            }
        }

        @Test("shows its events in the order asked, each with its categories")
        func showsCategories() async throws {
            let page = try await page("")
            #expect(page.events.map(\.event) == [EventID("e2"), EventID("e1")])
            #expect(page.events[0].categories == [CategoryRow(id: CategoryID("d1"), total: 5, sold: 5)])
            #expect(
                page.events[1].categories == [
                    CategoryRow(id: CategoryID("c1"), total: 10, sold: 3),
                    CategoryRow(id: CategoryID("c2"), total: 20, sold: 0),
                ])
        }

        @Test("shows open orders of both flows with their lines and instants, and none that is over")
        func showsOpenOrders() async throws {
            let page = try await page(
                """
                INSERT INTO orders (id, event_id, hold_token, status, expires_at, created_at, paid_at, updated_at)
                VALUES ('a', 'e1', 'ta', 'pending_payment', NULL, to_timestamp(1000.5), NULL, to_timestamp(1001)),
                       ('b', 'e1', 'tb', 'pending_payment', to_timestamp(1600), to_timestamp(1000), NULL, now()),
                       ('p', 'e2', 'tp', 'processing', NULL, to_timestamp(1000), to_timestamp(1100), now()),
                       ('x1', 'e1', 'tx1', 'confirmed', NULL, now(), now(), now()),
                       ('x2', 'e1', 'tx2', 'completed', NULL, now(), now(), now()),
                       ('x3', 'e1', 'tx3', 'cancelled', NULL, now(), NULL, now()),
                       ('x4', 'e1', 'tx4', 'refunded', NULL, now(), NULL, now()),
                       ('x5', 'e1', 'tx5', 'expired', NULL, now(), NULL, now()),
                       ('x6', 'e1', 'tx6', 'failed', NULL, now(), NULL, now());
                INSERT INTO order_items VALUES ('a', 'c1', 2), ('a', 'c2', 3), ('b', 'c1', 1), ('p', 'd1', 4);
                """)
            let orders = page.events[1].orders.sorted { $0.id < $1.id }
            #expect(orders.map(\.id) == [OrderID("a"), OrderID("b")])
            let flowA = try #require(orders.first)
            #expect(flowA.token == HoldToken("ta"))
            #expect(flowA.status == .pendingPayment)
            #expect(flowA.expiresAt == nil)
            #expect(flowA.createdAt == Timestamp(milliseconds: 1_000_500))
            #expect(flowA.updatedAt == Timestamp(milliseconds: 1_001_000))
            #expect(Set(flowA.lines) == [line("c1", 2), line("c2", 3)])
            #expect(orders[1].expiresAt == Timestamp(milliseconds: 1_600_000))
            let paid = try #require(page.events[0].orders.first)
            #expect(paid.status == .processing)
            #expect(paid.paidAt == Timestamp(milliseconds: 1_100_000))
            #expect(page.events[0].orders.count == 1)
        }

        @Test("counts the seats of an order without order_items from its tickets that are not cancelled")
        func countsTickets() async throws {
            let page = try await page(
                """
                INSERT INTO orders (id, event_id, hold_token, status)
                VALUES ('a', 'e1', 'ta', 'pending_payment'), ('b', 'e1', 'tb', 'pending_payment'),
                       ('n', 'e1', 'tn', 'pending_payment');
                INSERT INTO order_items VALUES ('b', 'c1', 7);
                INSERT INTO tickets (id, order_id, event_id, category_id, status)
                VALUES ('1', 'a', 'e1', 'c1', 'pending'), ('2', 'a', 'e1', 'c1', 'held'),
                       ('3', 'a', 'e1', 'c1', 'cancelled'), ('4', 'a', 'e1', 'c2', 'reserved'),
                       ('5', 'b', 'e1', 'c1', 'pending'), ('6', 'n', 'e1', 'c1', 'cancelled');
                """)
            let orders = page.events[1].orders.sorted { $0.id < $1.id }
            #expect(Set(orders[0].lines) == [line("c1", 2), line("c2", 1)])
            #expect(orders[1].lines == [line("c1", 7)])
            #expect(orders[2].lines.isEmpty)
            #expect(orders.allSatisfy { $0.fault == nil })
        }

        @Test("shows the orders of tokens that Redis knows, whatever their status, to the event that asks")
        func showsOrdersByToken() async throws {
            let page = try await page(
                """
                INSERT INTO orders (id, event_id, hold_token, status) VALUES
                    ('sold', 'e1', 't-sold', 'confirmed'), ('closed', 'e1', 't-closed', 'refunded'),
                    ('open', 'e1', 't-open', 'pending_payment'), ('other', 'e1', 't-other', 'confirmed');
                INSERT INTO order_items VALUES ('sold', 'c1', 2), ('other', 'c1', 1), ('open', 'c1', 1);
                """,
                tokens: [["t-other"], ["t-sold", "t-closed", "t-open", "t-nowhere"]])
            #expect(Set(page.events[1].orders.map(\.id.description)) == ["sold", "closed", "open"])
            #expect(page.events[1].orders.first { $0.id == OrderID("sold") }?.lines == [line("c1", 2)])
            // The hold says e2 and the order says e1: the plan of the one that asks must see the contradiction.
            #expect(page.events[0].orders.map(\.id) == [OrderID("other")])
            #expect(page.events[0].orders.first?.event == EventID("e1"))
        }

        private func line(_ category: String, _ quantity: Int64) -> SeatLine {
            SeatLine(category: CategoryID(category), quantity: quantity)
        }
    }
}
