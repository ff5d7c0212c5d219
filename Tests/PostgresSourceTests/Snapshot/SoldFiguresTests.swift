import HoldModel
import Testing

@testable import PostgresSource

extension PostgresSourceTests {
    /// What the audit's queries say of rows as a platform may have them.
    @Suite("what SQL says of sold seats")
    struct SoldFiguresTests {
        /// A category `c` of event `e`, which has sold 10 seats.
        private static let rows = """
            INSERT INTO events (id) VALUES ('e'), ('f');
            INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold) VALUES ('c', 'e', 99, 10);

            """

        private static func order(
            _ id: String, _ status: String = "confirmed", event: String = "e", items: String = "NULL",
            tickets: Int = 0, cancelled: Int = 0
        ) -> String {
            """
            INSERT INTO orders (id, event_id, hold_token, status) VALUES ('\(id)', '\(event)', 'hold-\(id)', '\(status)');
            INSERT INTO order_items (order_id, category_id, quantity) SELECT '\(id)', 'c', \(items)
            WHERE \(items) IS NOT NULL;
            INSERT INTO tickets (id, order_id, event_id, category_id, status)
            SELECT '\(id)-' || n, '\(id)', '\(event)', 'c', CASE WHEN n <= \(tickets) THEN 'valid' ELSE 'cancelled' END
            FROM generate_series(1, \(tickets + cancelled)) AS n;

            """
        }

        private func figures(_ sql: String, withTickets: Bool = true) async throws -> SoldFigures? {
            let database = try await TicketsDatabase.create(sql: Self.rows + sql)
            return try await database.withSource { source in
                let found = try await source.soldFigures(
                    of: [EventID("e")], after: nil, limit: 10, withTickets: withTickets)
                #expect(found.count <= 1)
                return found.first?.figures
            }
        }

        @Test("nothing, where items and tickets of sold orders are quantity_sold")
        func agrees() async throws {
            let sql =
                Self.order("o", items: "7", tickets: 7) + Self.order("p", "completed", items: "3", tickets: 3)
                + Self.order("q", "refunded", items: "4", cancelled: 4) + Self.order("r", "processing", items: "2")
                + Self.order("s", "pending_payment", items: "2")
            #expect(try await figures(sql) == nil)
            #expect(try await figures(sql, withTickets: false) == nil)
        }

        @Test("each figure by itself, and what accounts for a part of it")
        func tells() async throws {
            let sql =
                Self.order("o", items: "7", tickets: 5, cancelled: 2) + Self.order("p", items: "3")
                + Self.order("q", tickets: 4) + Self.order("r") + Self.order("s", "cancelled", items: "8", tickets: 8)
            let seats = SoldSeats(items: 10, itemsAlone: 3, tickets: 9, ticketsAlone: 4, cancelled: 2)
            #expect(try await figures(sql) == SoldFigures(quantitySold: 10, own: seats, silentOrders: 1))
            // Of an order without items nothing is known then. The items agree, so there is nothing to tell.
            #expect(try await figures(sql, withTickets: false) == nil)
            #expect(
                try await figures(sql + "UPDATE ticket_categories SET quantity_sold = 11", withTickets: false)
                    == SoldFigures(quantitySold: 11, own: SoldSeats(items: 10, tickets: nil), silentOrders: 2))
        }

        @Test("seats of any type, and what is none is counted as that; hostile sums end at the largest number")
        func readsLooseValues() async throws {
            let text = "ALTER TABLE order_items ALTER quantity TYPE text;"
            let sql = text + Self.order("o", items: "'4.0'") + Self.order("p", items: "'four'")
            var seats = SoldSeats(items: 4, itemsAlone: 4, unreadable: 1)
            #expect(try await figures(sql) == SoldFigures(quantitySold: 10, own: seats))
            seats.tickets = nil
            seats.itemsAlone = 0
            #expect(try await figures(sql, withTickets: false) == SoldFigures(quantitySold: 10, own: seats))
            let huge = """
                ALTER TABLE order_items ALTER quantity TYPE bigint, DROP CONSTRAINT order_items_pkey;
                \(Self.order("o", items: "1"))
                INSERT INTO order_items SELECT 'o', 'c', 9007199254740991 FROM generate_series(1, 2000);
                """
            #expect(try await figures(huge)?.own.items == .max)
            #expect(
                try await figures(
                    "ALTER TABLE ticket_categories ALTER quantity_sold TYPE text; "
                        + "UPDATE ticket_categories SET quantity_sold = 'ten';") == nil)
        }

        @Test("no order twice, where a view shows it twice")
        func readsRepeatedOrders() async throws {
            let sql =
                Self.order("o", items: "9", tickets: 9)
                    + """
                    ALTER TABLE orders RENAME TO real_orders;
                    CREATE VIEW orders AS SELECT o.* FROM real_orders o, generate_series(1, 2);
                    """
            #expect(
                try await figures(sql)
                    == SoldFigures(quantitySold: 10, own: SoldSeats(items: 9, tickets: 9)))
        }

        @Test("page by page, by event and category")
        func goesByPages() async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, 3) n;
                    INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
                    SELECT 'c' || n || m, 'e' || n, 9, m FROM generate_series(1, 3) n, generate_series(0, 3) m;
                    """)
            try await database.withSource { source in
                var places: [CategoryPlace] = []
                repeat {
                    let found = try await source.soldFigures(
                        of: ["e1", "e2", "e3"].map { EventID($0) }, after: places.last, limit: 2, withTickets: true)
                    if found.isEmpty { break }
                    places += found.map(\.place)
                } while true
                #expect(
                    places.map(\.category.description)
                        == ["c11", "c12", "c13", "c21", "c22", "c23", "c31", "c32", "c33"])
                #expect(places == places.sorted())
                let again = try await source.soldFigures(again: Array(places[3...4]), withTickets: true)
                #expect(again.map(\.place) == Array(places[3...4]))
            }
        }

        @Test("with orders of the event that the category was moved from, and no others")
        func countsElsewhere() async throws {
            let sold = Self.order("o", items: "4", tickets: 4) + Self.order("p", event: "f", items: "6", tickets: 6)
            for withTickets in [true, false] {
                let place = CategoryPlace(event: EventID("e"), category: CategoryID("c"))
                let database = try await TicketsDatabase.create(sql: Self.rows + sold)
                try await database.withSource { source in
                    let found = try await source.soldFigures(
                        of: [place.event], after: nil, limit: 9, withTickets: withTickets)
                    #expect(found.map(\.figures.agree) == [false])
                    #expect(try await source.soldFigures(again: [place], withTickets: withTickets).isEmpty)
                }
                try await database.sql("UPDATE ticket_categories SET quantity_sold = 11")
                try await database.withSource { source in
                    let found = try await source.soldFigures(again: [place], withTickets: withTickets)
                    #expect(found.map(\.figures.elsewhere.items) == [6])
                    #expect(found.map(\.figures.elsewhere.tickets) == [withTickets ? 6 : nil])
                }
            }
        }

        @Test("by a statement that shows the same in psql, whatever the ids")
        func isShown() async throws {
            for (event, category) in [
                ("gala", "stalls"), ("o'hara", "''); DROP TABLE tickets; --"), ("two words", "back\\slash"),
                ("票", "line\nfeed"), ("", "$1"), (":event", "\"quoted\""), ("%s", "E'\\x41'"),
            ] {
                func quoted(_ id: String) -> String { "'" + id.replacing("'", with: "''") + "'" }
                let database = try await TicketsDatabase.create(
                    sql: """
                        INSERT INTO events (id) VALUES (\(quoted(event)));
                        INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
                        VALUES (\(quoted(category)), \(quoted(event)), 99, 10);
                        INSERT INTO orders (id, event_id, hold_token, status)
                        VALUES ('o', \(quoted(event)), 't', 'confirmed');
                        INSERT INTO order_items (order_id, category_id, quantity) VALUES ('o', \(quoted(category)), 7);
                        INSERT INTO tickets (id, order_id, event_id, category_id, status)
                        SELECT n::text, 'o', \(quoted(event)), \(quoted(category)),
                               CASE WHEN n < 7 THEN 'valid' ELSE 'cancelled' END
                        FROM generate_series(1, 7) n;
                        """)
                let place = CategoryPlace(event: EventID(event), category: CategoryID(category))
                let query = try #require(PostgresSource.soldQuery(place, withTickets: true))
                #expect(query.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") })
                #expect(try await database.sql(query) == "10|7|6", "\(query)")
                let items = try #require(PostgresSource.soldQuery(place, withTickets: false))
                #expect(try await database.sql(items) == "10|7", "\(items)")
            }
            let long = CategoryPlace(
                event: EventID("e"), category: CategoryID(String(repeating: "c", count: 1000)))
            #expect(PostgresSource.soldQuery(long, withTickets: true) == nil)
        }
    }
}
