import Foundation
import HoldModel
import PostgresSource
import TestServers
import Testing

extension PostgresSourceTests {
    @Suite("what the program may read")
    struct SchemaTests {
        private static let needs: [(table: String, columns: String)] = [
            ("events", "id"), ("ticket_categories", "id, event_id, quantity_total, quantity_sold"),
            ("orders", "id, event_id, hold_token, status, expires_at, created_at, paid_at, updated_at"),
            ("order_items", "order_id, category_id, quantity"), ("tickets", "order_id, category_id, status"),
        ]

        /// A database and the settings of a new role that may log in and nothing else.
        private func database(granting grants: (_ role: String) -> String) async throws -> (
            TicketsDatabase, PostgresSettings, role: String
        ) {
            let role = "reader_" + UUID().uuidString.prefix(8).lowercased()
            let database = try await TicketsDatabase.create(
                sql: """
                    INSERT INTO events (id) VALUES ('e');
                    INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES ('c', 'e', 9);
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES ('o', 'e', 't', 'processing');
                    INSERT INTO tickets (id, order_id, event_id, category_id) VALUES ('1', 'o', 'e', 'c');
                    CREATE ROLE \(role) LOGIN;
                    DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO \(role)', current_schema()); END $$;
                    \(grants(role))
                    """)
            return (database, database.settings(user: role), role)
        }

        @Test("is all it needs with SELECT on the columns that the schema check names, and nothing else")
        func isAllItNeeds() async throws {
            let (_, settings, _) = try await database { role in
                Self.needs.map { "GRANT SELECT (\($0.columns)) ON \($0.table) TO \(role);" }.joined()
            }
            try await PostgresSource.withSource(settings) { source in
                #expect(try await source.schemaProblems().isEmpty)
                let page = try await source.snapshot(of: [EventID("e")], tokens: [[HoldToken("x")]])
                #expect(page.events.first?.orders.first?.lines == [SeatLine(category: CategoryID("c"), quantity: 1)])
                #expect(page.clock.lsn != nil)
                #expect(try await source.events(after: nil, limit: 5) == [EventID("e")])
                #expect(try await source.existingEvents([EventID("e")]) == [EventID("e")])
                #expect(try await source.eventCount() == 1)
                #expect(try await source.openOrders(of: nil, after: nil, limit: 5).count == 1)
                #expect(try await source.categoriesExist([(EventID("e"), CategoryID("c"))]) == [true])
                #expect(try await source.serverFacts().isReadOnly)
            }
        }

        @Test("is named table by table and column by column where the role lacks SELECT")
        func isNamedWithoutSelect() async throws {
            let (_, settings, role) = try await database { role in
                Self.needs.filter { $0.table != "tickets" }
                    .map { "GRANT SELECT ON \($0.table) TO \(role);" }.joined()
                    + "GRANT SELECT (order_id, status) ON tickets TO \(role);"
            }
            try await PostgresSource.withSource(settings) { source in
                #expect(try await source.schemaProblems() == ["tickets.category_id: no SELECT privilege"])
                let error = await #expect(throws: PostgresError.self) {
                    try await source.snapshot(of: [EventID("e")], tokens: [[]])
                }
                let words = try #require(error).description
                #expect(words.contains("role \(role)"))
                #expect(words.contains("refused query order-tickets: permission denied for table tickets"))
                #expect(words.contains("grant the role SELECT on events"))
                #expect(isOneLine(words))
            }
        }

        @Test("is named where a table or a column is missing, and the query's error says what to do")
        func isNamedWhereMissing() async throws {
            let database = try await TicketsDatabase.create(
                sql: "DROP TABLE tickets; ALTER TABLE orders DROP COLUMN paid_at;")
            try await database.withSource { source in
                #expect(
                    try await source.schemaProblems().sorted() == [
                        "orders.paid_at: missing column", "tickets.category_id: missing table",
                        "tickets.order_id: missing table", "tickets.status: missing table",
                    ])
                let error = await #expect(throws: PostgresError.self) {
                    try await source.snapshot(of: [EventID("e")], tokens: [[]])
                }
                let words = try #require(error).description
                #expect(words.contains("query open-orders: column o.paid_at does not exist"))
                #expect(words.contains("run 'hold-reconciler doctor'"))
            }
        }

        @Test("is not there in a database without the platform's tables, and the error says where to look")
        func isNotThere() async throws {
            let server = try #require(PostgresServer.current)
            let settings = PostgresSettings(connectionString: server.connectionString())
            try await PostgresSource.withSource(settings) { source in
                let problems = try await source.schemaProblems()
                #expect(problems.count == 19)
                let error = await #expect(throws: PostgresError.self) { try await source.eventCount() }
                #expect(error?.description.contains("is --postgres the platform's database") == true)
            }
        }
    }
}
