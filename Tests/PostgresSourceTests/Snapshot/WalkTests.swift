import HoldModel
import Synchronization
import Testing

@testable import PostgresSource

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

        /// Walks all events.
        private func walk(
            _ source: PostgresSource, inPagesOf limit: Int = 4, between pages: (Int) async throws -> Void = { _ in }
        ) async throws -> [EventPage] {
            try await source.withPageReader { reader in
                var ids = try await source.events(after: nil, limit: 1000)[...]
                var read: [EventPage] = []
                while !ids.isEmpty {
                    let page = try await reader.page(of: ids, limit: limit, age: Self.age)
                    ids = ids.dropFirst(page.table.events.count)
                    read.append(page)
                    try await pages(read.count)
                }
                return read
            }
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

        /// As many events as two snapshots take, ten of them with an order.
        private static let manyRows = """
            INSERT INTO events (id) SELECT 'e' || to_char(n, 'FM0000') FROM generate_series(1, 700) AS n;
            INSERT INTO ticket_categories (id, event_id, quantity_total)
            SELECT 'c' || e.id, e.id, 9 FROM events AS e;
            INSERT INTO orders (id, event_id, hold_token, status)
            SELECT 'o' || e.id, e.id, 't' || e.id, 'processing' FROM events AS e WHERE e.id LIKE '%7_';
            INSERT INTO order_items (order_id, category_id, quantity)
            SELECT 'o' || e.id, 'c' || e.id, 2 FROM events AS e WHERE e.id LIKE '%7_';

            """

        @Test("reads the next snapshot while the one before is used")
        func preparesTheNextSnapshot() async throws {
            let database = try await TicketsDatabase.create(sql: Self.manyRows)
            try await database.withSource { source in
                try await source.withPageReader { reader in
                    let ids = try await source.events(after: nil, limit: 1000)[...]
                    _ = try await reader.page(of: ids, limit: 50, age: Self.age)
                    // One session for each snapshot, and nothing is open any more.
                    try await database.waitUntilCommitted(2)
                    try await database.sql("UPDATE ticket_categories SET quantity_sold = 5")
                    let rest = try await reader.page(of: ids[25...], limit: 100, age: Self.age)
                    let next = try await reader.page(of: ids[75...], limit: 100, age: Self.age)
                    let sold = Set((rest.events + next.events).flatMap(\.categories).map(\.sold))
                    #expect(sold == [0])
                    #expect(rest.table.events.count == 50)
                }
                try await database.waitUntilTransactions(0)
            }
        }

        /// Walks 20,000 events whose pages take ``pace`` each.
        ///
        /// - Returns: the events of each window that was begun ahead, page by page.
        private func walkFar(at pace: Duration) async throws -> [[Int]] {
            let database = try await TicketsDatabase.create(
                sql: "INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, 20000) AS n")
            let passed = Mutex(Duration.zero)
            let start = ContinuousClock.now
            return try await database.withSource { source in
                try await source.withPageReader(now: { start + passed.withLock { $0 } }) { reader in
                    var rest = try await source.events(after: nil, limit: 20_000)[...]
                    var ahead: [[Int]] = []
                    while !rest.isEmpty {
                        let page = try await reader.page(of: rest, limit: 500, age: Self.age)
                        let isNext = page.events.map(\.event) == Array(rest.prefix(page.table.events.count))
                        #expect(isNext && page.window == nil)
                        rest = rest.dropFirst(page.table.events.count)
                        ahead.append(await reader.eventsAhead)
                        passed.withLock { $0 += pace }
                    }
                    return ahead
                }
            }
        }

        @Test("reads two snapshots ahead while they are small")
        func readsFarAhead() async throws {
            let ahead = try await walkFar(at: .zero)
            #expect(ahead.prefix(2) == [[1500, 3000], [3000, 6000]])
            #expect(ahead.allSatisfy { $0.count < 2 || $0.reduce(0, +) <= WalkReach.bothAhead })
            #expect(ahead.last == [])
        }

        @Test("reads none long before its time", arguments: [(Duration.zero, [20_000 - 10_525]), (.seconds(60), [])])
        func readsNoneTooEarly(_ pace: Duration, _ upcoming: [Int]) async throws {
            // The first page of the fourth window, behind 1, 3 and 6 of those before it.
            #expect(try await walkFar(at: pace)[10] == upcoming)
        }

        @Test("reads far where the role has no connection for a second lane")
        func readsFarOnOneLane() async throws {
            let database = try await TicketsDatabase.create(
                sql: "INSERT INTO events (id) SELECT 'e' || n FROM generate_series(1, 20000) AS n")
            let role = "one_lane_" + database.schema
            try await database.sql(
                """
                CREATE ROLE \(role) LOGIN CONNECTION LIMIT 2;
                GRANT USAGE ON SCHEMA \(database.schema) TO \(role);
                GRANT SELECT ON ALL TABLES IN SCHEMA \(database.schema) TO \(role);
                """)
            try await PostgresSource.withSource(database.settings(user: role)) { source in
                try await source.withPageReader { reader in
                    var rest = try await source.events(after: nil, limit: 20_000)[...]
                    while !rest.isEmpty {
                        let page = try await reader.page(of: rest, limit: 1500, age: Self.age)
                        let isNext = page.events.map(\.event) == Array(rest.prefix(page.table.events.count))
                        #expect(isNext)
                        rest = rest.dropFirst(page.table.events.count)
                    }
                }
            }
        }

        @Test("lets pages know those that were read with them where that is asked for")
        func keepsWindows() async throws {
            let database = try await TicketsDatabase.create(sql: Self.manyRows)
            try await database.withSource { source in
                try await source.withPageReader(keepsWindows: true) { reader in
                    let ids = try await source.events(after: nil, limit: 1000)
                    var rest = ids[...]
                    var places: [Int] = []
                    var together: [EventPage] = []
                    while !rest.isEmpty {
                        let page = try await reader.page(of: rest, limit: 100, age: Self.age)
                        let window = try #require(page.window)
                        // Whoever asks first gets all of them, and nobody else any.
                        let all = window.pages.take()
                        #expect(all.count == (window.place == 0 ? window.pages.count : 0))
                        if window.place == 0 { together = all }
                        #expect(together[window.place].events == page.events)
                        #expect(page.events.map(\.event) == Array(rest.prefix(page.events.count)))
                        places.append(window.place)
                        rest = rest.dropFirst(page.table.events.count)
                    }
                    // The first events are a window, and the others one of more pages.
                    #expect(places == [0] + Array(0..<places.count - 1))
                    #expect(places.count > 2)
                }
            }
        }

        @Test("shows each event once where snapshots follow one another, on one connection too")
        func readsManySnapshots() async throws {
            let database = try await TicketsDatabase.create(sql: Self.manyRows)
            let role = "one_lane_" + database.schema
            try await database.sql(
                """
                CREATE ROLE \(role) LOGIN CONNECTION LIMIT 2;
                GRANT USAGE ON SCHEMA \(database.schema) TO \(role);
                GRANT SELECT ON ALL TABLES IN SCHEMA \(database.schema) TO \(role);
                """)
            for settings in [database.settings, database.settings(user: role)] {
                try await PostgresSource.withSource(settings) { source in
                    let pages = try await walk(source, inPagesOf: 100)
                    let ids = try await source.events(after: nil, limit: 1000)
                    let whole = try await source.snapshot(of: ids, tokens: ids.map { _ in [] })
                    #expect(pages.flatMap(\.events).map(sorted) == whole.events.map(sorted))
                    #expect(whole.events.flatMap(\.orders).count == 70)
                    #expect(Set(pages.map(\.clock)).count > 1)
                }
            }
        }

        @Test("begins a new snapshot where the one before is too old, and leaves what was not read of that")
        func endsOldSnapshots() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 100)
                try await source.withPageReader { reader in
                    var sold: [Set<Int64>] = []
                    for number in 0..<3 {
                        // What a snapshot takes to begin counts five times: of this one nothing is left afterwards.
                        let page = try await reader.page(of: ids[(number * 4)...], limit: 4, age: .zero)
                        sold.append(Set(page.events.flatMap(\.categories).map(\.sold)))
                        try await Task.sleep(until: try #require(page.expires))
                        try await database.sql("UPDATE ticket_categories SET quantity_sold = 77 + \(number)")
                    }
                    #expect(sold == [[1, 2, 3, 4], [77], [78]])
                }
            }
        }

        /// Among so many, some have the same hash in 32 bits.
        @Test("takes no two of many orders for orders of one token")
        func tellsManyOrdersApart() async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    INSERT INTO events (id, status) VALUES ('hot', 'published');
                    INSERT INTO ticket_categories (id, event_id, quantity_total, quantity_sold)
                    VALUES ('hot-c', 'hot', 900000, 0);
                    INSERT INTO orders (id, event_id, hold_token, status)
                    SELECT 'o' || n, 'hot', 't' || n, 'pending_payment' FROM generate_series(1, 200000) AS n;
                    INSERT INTO order_items (order_id, category_id, quantity)
                    SELECT 'o' || n, 'hot-c', 1 FROM generate_series(1, 200000) AS n;
                    """)
            let handle = try ConnectionHandle(database.settings)
            let window = try SnapshotWindow(of: [EventID("hot")], limit: 1, age: Self.age, on: handle)
            #expect(window.orderCount == 200_000)
            #expect(window.pages.allSatisfy { $0.isPlain(at: 0) })
        }

        @Test("leaves the last events to another snapshot where there is no room for them", arguments: [1, 4000, 9000])
        func leavesWhatIsTooMuch(_ room: Int) async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 100)
                let whole = try await source.snapshot(of: ids, tokens: ids.map { _ in [] })
                let handle = try ConnectionHandle(database.settings)
                let window = try SnapshotWindow(of: ids, limit: 4, age: Self.age, room: room, on: handle)
                #expect((4..<ids.count).contains(window.count))
                #expect(window.count % 4 == 0)
                #expect(window.size <= room || window.count == 4)
                #expect(window.pages.flatMap(\.events).map(sorted) == whole.events[..<window.count].map(sorted))
                // The connection is free for the next one.
                let again = try SnapshotWindow(of: ids, limit: 100, age: Self.age, on: handle)
                #expect(again.pages.flatMap(\.events).map(sorted) == whole.events.map(sorted))
            }
        }

        @Test("goes on where other events are asked for than those ahead")
        func jumps() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 100)
                let whole = try await source.snapshot(of: ids, tokens: ids.map { _ in [] })
                try await source.withPageReader { reader in
                    for start in [0, 20, 4] {
                        let page = try await reader.page(of: ids[start...], limit: 4, age: Self.age)
                        #expect(page.events.map(sorted) == whole.events[start..<start + 4].map(sorted))
                    }
                }
            }
        }

        @Test("is completed by orders of other statuses for tokens that Redis knows, and by tickets")
        func readsOrdersOfTokens() async throws {
            let database = try await TicketsDatabase.create(
                sql: Self.rows + """
                    UPDATE orders SET status = 'confirmed' WHERE id = 'o1-1';
                    DELETE FROM order_items WHERE order_id = 'o1-2';
                    INSERT INTO tickets (id, order_id, event_id, category_id, status)
                    SELECT 't' || n, 'o1-2', 'e' || md5('1'), 'c1-1', 'held' FROM generate_series(1, 3) AS n;
                    """)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 100)
                let tokens = ids.map { $0 == ids[3] ? [HoldToken("t1-1"), HoldToken("nowhere")] : [] }
                let page = try await source.withPageReader {
                    try await $0.page(of: ids[...], limit: 100, age: Self.age)
                }
                let whole = try await source.completing(page, tokens: tokens)
                #expect(whole.events[3].orders.contains { $0.id == OrderID("o1-1") && $0.status == .confirmed })
                let counted = whole.events.flatMap(\.orders).first { $0.id == OrderID("o1-2") }
                #expect(counted?.lines == [SeatLine(category: CategoryID("c1-1"), quantity: 3)])
                #expect(whole.clock == page.clock)
                #expect(whole.expires == page.expires && page.expires != nil)
                let same = try await source.snapshot(of: ids, tokens: tokens)
                #expect(whole.events.map(sorted) == same.events.map(sorted))
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
                for limit in [2, 1] {
                    var orders = 0
                    try await source.withPageReader { reader in
                        var left = ids[...]
                        while !left.isEmpty {
                            let read = try await reader.page(of: left, limit: limit, age: Self.age)
                            left = left.dropFirst(read.table.events.count)
                            orders += read.events.flatMap(\.orders).count
                        }
                    }
                    #expect(orders == 3)
                }
            }
        }

        @Test("is an error where an order's event is spelled otherwise than any event's id")
        func refusesRowsOfNoEvent() async throws {
            let database = try await TicketsDatabase.create(
                sql: Self.manyRows + """
                    CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
                    ALTER TABLE orders DROP CONSTRAINT orders_event_id_fkey;
                    ALTER TABLE orders ALTER COLUMN event_id TYPE text COLLATE any_case;
                    UPDATE orders SET event_id = 'E0071' WHERE event_id = 'e0071';
                    """)
            try await database.withSource { source in
                let error = await #expect(throws: PostgresError.self) { _ = try await walk(source, inPagesOf: 100) }
                let words = try #require(error).description
                #expect(words.contains("open-orders"))
                await #expect(throws: PostgresError.self) {
                    try await source.snapshot(of: [EventID("e0071")], tokens: [[]])
                }
            }
        }

        @Test("ends soon after it is cancelled, also where its statements wait for a lock")
        func endsWhenCancelled() async throws {
            let database = try await TicketsDatabase.create(sql: Self.manyRows)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 1000)[...]
                let writer = try WriterSession(on: database)
                try writer.run("BEGIN", "LOCK TABLE orders")
                let reading = Task {
                    try await source.withPageReader { try await $0.page(of: ids, limit: 100, age: Self.age) }
                }
                try await database.waitUntilTransactions(2)
                let start = ContinuousClock.now
                reading.cancel()
                await #expect(throws: CancellationError.self) { try await reading.value }
                #expect(.now - start < .seconds(20))
                try writer.run("ROLLBACK")
            }
        }

        @Test("goes on after a failure, in a snapshot of its own")
        func goesOnAfterFailure() async throws {
            let database = try await TicketsDatabase.create(sql: Self.rows)
            try await database.withSource { source in
                let ids = try await source.events(after: nil, limit: 100)
                try await source.withPageReader { reader in
                    try await database.sql("ALTER TABLE order_items RENAME TO hidden")
                    for _ in 1...40 {
                        await #expect(throws: PostgresError.self) {
                            try await reader.page(of: ids[...], limit: 100, age: Self.age)
                        }
                    }
                    try await database.sql("ALTER TABLE hidden RENAME TO order_items")
                    let page = try await reader.page(of: ids[...], limit: 100, age: Self.age)
                    #expect(page.events.flatMap(\.orders).count == 18 * 7)
                }
            }
        }
    }
}
