import HoldModel
import PostgresSource
import Testing

extension PostgresSourceTests {
    /// Many pages in one snapshot.
    @Suite("a walk over pages")
    struct WalkTests {
        /// Of a snapshot that no pause of the machine ends.
        private static let age = Duration.seconds(3600)

        /// Thirty events, the order of their ids not that of their rows; every fifth has no category, every fourth and fifth
        /// no order.
        private static let rows = """
            INSERT INTO events (id) SELECT 'e' || md5(n::text) FROM generate_series(1, 30) AS n;
            INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
            SELECT 'c' || n || '-' || c, 'e' || md5(n::text), 100 + n, c
            FROM generate_series(1, 30) AS n, generate_series(1, 4) AS c WHERE n % 5 > 0;
            INSERT INTO orders (id, event_id, hold_token, status, created_at, expires_at)
            SELECT 'o' || n || '-' || o, 'e' || md5(n::text), 't' || n || '-' || o, 'pending_payment',
                   to_timestamp(1000.1239), to_timestamp(1600 + o)
            FROM generate_series(1, 30) AS n, generate_series(1, 7) AS o WHERE n % 4 > 0 AND n % 5 > 0;
            INSERT INTO order_items (order_id, category_id, quantity)
            SELECT 'o' || n || '-' || o, 'c' || n || '-' || c, c
            FROM generate_series(1, 30) AS n, generate_series(1, 7) AS o, generate_series(1, 3) AS c
            WHERE n % 4 > 0 AND n % 5 > 0;

            """

        /// Orders and their lines come in no order of their own.
        private func sorted(_ event: EventSnapshot) -> EventSnapshot {
            let orders = event.orders.map { order in
                var order = order
                order.lines.sort { $0.category < $1.category }
                return order
            }
            return EventSnapshot(
                event: event.event, categories: event.categories, orders: orders.sorted { $0.id < $1.id })
        }

        /// Walks all events in pages of four.
        private func walk(
            _ source: PostgresSource, between pages: (Int) async throws -> Void = { _ in }
        ) async throws -> [EventPage] {
            var ids = try await source.events(after: nil, limit: 100)[...]
            var read: [EventPage] = []
            while !ids.isEmpty {
                let page = Array(ids.prefix(4))
                ids = ids.dropFirst(4)
                read.append(try await source.page(of: page, ahead: ids, tokens: page.map { _ in [] }, age: Self.age))
                try await pages(read.count)
            }
            return read
        }

        @Test("shows what a snapshot of all events shows, from one snapshot")
        func showsWhatSnapshotShows() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let pages = try await walk(source)
                let ids = try await source.events(after: nil, limit: 100)
                let whole = try await source.snapshot(of: ids, tokens: ids.map { _ in [] })
                #expect(pages.flatMap(\.events).map(sorted) == whole.events.map(sorted))
                #expect(whole.events.flatMap(\.orders).count == 18 * 7)
                #expect(Set(pages.map(\.clock)).count == 1)
            }
        }

        @Test("shows nothing of what is committed while it goes on")
        func isOneSnapshot() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let pages = try await walk(source) { count in
                    if count == 1 { try await database.sql("UPDATE ticket_categories SET quantity_sold = 77") }
                }
                let sold = Set(pages.flatMap(\.events).flatMap(\.categories).map(\.sold))
                #expect(sold == [1, 2, 3, 4])
            }
        }

        @Test("begins a new snapshot where something else was asked in between, which sees the present itself")
        func yieldsToOtherQuestions() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let pages = try await walk(source) { count in
                    guard count == 1 else { return }
                    try await database.sql("UPDATE ticket_categories SET quantity_sold = 77")
                    let ids = try await source.events(after: nil, limit: 100)
                    let now = try await source.categories(of: ids)
                    #expect(Set(now.joined().map(\.sold)) == [77])
                }
                #expect(Set(pages[0].events.flatMap(\.categories).map(\.sold)) == [1, 2, 3, 4])
                #expect(Set(pages.dropFirst().flatMap(\.events).flatMap(\.categories).map(\.sold)) == [77])
                #expect(Set(pages.map(\.clock)).count == 2)
            }
        }

        @Test("reads orders of other statuses for tokens that Redis knows, within the same snapshot")
        func readsOrdersOfTokens() async throws {
            let database = try await TicketsDatabase.create(
                sql: Self.rows + "UPDATE orders SET status = 'confirmed' WHERE id = 'o1-1';")
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 100)
                let tokens = ids.map { $0 == ids[3] ? [HoldToken("t1-1"), HoldToken("nowhere")] : [] }
                let first = try await source.page(
                    of: Array(ids[..<2]), ahead: ids[2...], tokens: [[], []], age: Self.age)
                let rest = try await source.page(
                    of: Array(ids[2...]), ahead: [], tokens: Array(tokens[2...]), age: Self.age)
                #expect(first.clock == rest.clock)
                #expect(rest.events[1].orders.contains { $0.id == OrderID("o1-1") && $0.status == .confirmed })
            }
        }

        @Test("gives each event its rows where the server's encoding sorts otherwise than UTF-8")
        func fitsOtherEncodings() async throws {
            let database = try await TicketsDatabase.create(
                "ENCODING 'LATIN9' LOCALE 'C' TEMPLATE template0",
                sql: """
                    INSERT INTO events (id) VALUES ('€'), ('é');
                    INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES ('c1', '€', 9), ('c2', 'é', 9);
                    INSERT INTO orders (id, event_id, hold_token, status)
                    VALUES ('o1', '€', 't1', 'processing'), ('o2', '€', 't2', 'processing'),
                           ('o3', 'é', 't3', 'processing');
                    """)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 10)
                for page in [[ids], ids.map { [$0] }] {
                    var orders = 0
                    for events in page {
                        let read = try await source.page(
                            of: events, ahead: ids[ids.endIndex...], tokens: events.map { _ in [] })
                        orders += read.events.flatMap(\.orders).count
                    }
                    #expect(orders == 3)
                }
            }
        }

        @Test("may begin a new snapshot any number of times")
        func beginsManySnapshots() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 10)
                for _ in 1...40 {
                    let page = try await source.page(of: ids, ahead: [], tokens: ids.map { _ in [] })
                    #expect(page.events.count == 10)
                    _ = try await source.eventCount()
                }
            }
        }

        @Test("goes on after a failure, in a snapshot of its own")
        func goesOnAfterFailure() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 100)
                try await database.sql(
                    """
                    ALTER TABLE tickets RENAME TO hidden;
                    INSERT INTO orders (id, event_id, hold_token, status)
                    SELECT 'b', event_id, 'b', 'processing' FROM orders LIMIT 1;
                    """)
                await #expect(throws: PostgresError.self) {
                    try await source.page(of: ids, ahead: [], tokens: ids.map { _ in [] })
                }
                try await database.sql("ALTER TABLE hidden RENAME TO tickets")
                let page = try await source.page(of: ids, ahead: [], tokens: ids.map { _ in [] })
                #expect(page.events.flatMap(\.orders).count == 18 * 7 + 1)
            }
        }
    }
}
