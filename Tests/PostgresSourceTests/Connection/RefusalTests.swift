import Foundation
import HoldModel
import TestServers
import Testing

@testable import PostgresSource

extension PostgresSourceTests {
    @Suite("what a server refuses")
    struct RefusalTests {
        /// Functions of these names in front of PostgreSQL's own, as managed servers have them.
        private static let functions = [
            ("pg_is_in_recovery", "bool"), ("pg_current_wal_lsn", "pg_lsn"), ("pg_last_wal_replay_lsn", "pg_lsn"),
            ("txid_current_snapshot", "txid_snapshot"), ("pg_postmaster_start_time", "timestamptz"),
        ]

        private func settings(
            refusing names: [(name: String, type: String)], on database: TicketsDatabase
        ) async throws -> PostgresSettings {
            for (name, type) in names {
                try await database.sql(
                    """
                    CREATE FUNCTION \(name)() RETURNS \(type) LANGUAGE plpgsql AS
                    $$ BEGIN RAISE 'not supported here' USING ERRCODE = '0A000'; END $$
                    """)
            }
            var settings = database.settings
            settings.connectionString += " options='-c search_path=\(database.schema),pg_catalog'"
            return settings
        }

        @Test("costs only what it is for, function by function", arguments: functions.map(\.0))
        func costsOnlyItself(_ name: String) async throws {
            let database = try await TicketsDatabase.create(sql: "INSERT INTO events (id) VALUES ('e');")
            let refused = Self.functions.filter { $0.0 == name }
            try await PostgresSource.withSource(try await settings(refusing: refused, on: database)) { source in
                #expect(try await source.eventCount() == 1)
                let page = try await source.snapshot(of: [EventID("e")], tokens: [[HoldToken("t")]])
                #expect((page.clock.visible == nil) == (name == "txid_current_snapshot"))
                #expect((page.clock.lsn == nil) == (name == "pg_current_wal_lsn" || name == "pg_is_in_recovery"))
                #expect(!page.clock.isStandby)
                // Where it cannot be told, rows are read again; elsewhere another test may have committed something.
                if name == "txid_current_snapshot" { #expect(try await !source.isCurrent(page.clock)) }
            }
        }

        @Test("may be all of it, also where only a primary will do")
        func mayBeAll() async throws {
            let database = try await TicketsDatabase.create(sql: "INSERT INTO events (id) VALUES ('e');")
            var settings = try await settings(refusing: Self.functions, on: database)
            settings.needsPrimary = true
            try await PostgresSource.withSource(settings) { source in
                let count = try await source.eventCount()
                #expect(count == 1)
                #expect(try await source.rehearse() == [])
                #expect(try await source.connections().had == 3)
            }
        }

        @Test("to say whether it is a standby is made up for by a transaction that might write and does not")
        func isMadeUpFor() async throws {
            let database = try await TicketsDatabase.create(sql: "INSERT INTO events (id) VALUES ('e');")
            let handle = try ConnectionHandle(database.settings)
            handle.refused = [.inHotStandby, .inRecovery]
            #expect(try handle.optional([]).isStandby == false)
            try await database.server.withHotStandby { standby in
                try await standby.waitForReplay(of: database.server)
                let place = TicketsDatabase(server: standby, name: database.name, schema: database.schema)
                let handle = try ConnectionHandle(place.settings)
                handle.refused = [.inHotStandby, .inRecovery]
                #expect(try handle.optional([]).isStandby)
                #expect(try handle.run(.eventCount).text(0, 0) == "1")
            }
        }
    }

    @Suite("row-level security")
    struct RowSecurityTests {
        @Test(
            "that applies to the role is an error that names table and policy, and nothing is read",
            arguments: ["events", "ticket_categories", "orders", "order_items", "tickets"],
            ["USING (true)", "USING (false)"])
        func isAnError(_ table: String, _ condition: String) async throws {
            let role = "tenant_" + UUID().uuidString.prefix(8).lowercased()
            let database = try await TicketsDatabase.create(
                sql: """
                    CREATE ROLE \(role) LOGIN;
                    GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(role);
                    DO $$ BEGIN
                        EXECUTE format('GRANT USAGE ON SCHEMA %I TO \(role)', current_schema());
                        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO \(role)', current_schema());
                    END $$;
                    INSERT INTO events (id) VALUES ('e');
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES ('o', 'e', 't', 'processing');
                    ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY;
                    CREATE POLICY own_tenant ON \(table) \(condition);
                    """)
            try await PostgresSource.withSource(database.settings(user: role)) { source in
                let error = await #expect(throws: PostgresError.self) { try await source.expectAllRows() }
                let words = try #require(error).description
                #expect(words.contains("table \(table) (policy own_tenant)"))
                #expect(words.contains("BYPASSRLS"))
                #expect(isOneLine(words))
                // A query that meets it says the same.
                let reading = await #expect(throws: PostgresError.self) {
                    _ = try await source.eventCount()
                    _ = try await source.snapshot(of: [EventID("e")], tokens: [[]])
                }
                #expect(reading == error)
                #expect(try await source.rehearse() == [words])
            }
            try await database.sql("ALTER ROLE \(role) BYPASSRLS")
            try await PostgresSource.withSource(database.settings(user: role)) { source in
                try await source.expectAllRows()
                #expect(try await source.rehearse() == [])
            }
        }
    }

    @Suite("a rehearsal")
    struct RehearsalTests {
        @Test(
            "names the column whose type is of no use",
            arguments: [
                ("orders", "expires_at", "bigint USING 0"), ("orders", "paid_at", "bigint USING 0"),
                ("order_items", "quantity", "jsonb USING '[]'"),
                ("ticket_categories", "quantity_sold", "bytea USING ''"),
            ])
        func namesColumn(_ table: String, _ column: String, _ type: String) async throws {
            let database = try await TicketsDatabase.create(
                sql: """
                    ALTER TABLE \(table) ALTER \(column) DROP DEFAULT;
                    ALTER TABLE \(table) ALTER \(column) TYPE \(type);
                    """)
            try await database.withSource { source in
                let problems = try await source.rehearse()
                #expect(problems.contains { $0.hasPrefix("column \(table).\(column) is of type") }, "\(problems)")
                #expect(problems.allSatisfy(isOneLine))
            }
        }

        @Test("says how many connections the role has left")
        func saysConnections() async throws {
            let role = "few_" + UUID().uuidString.prefix(8).lowercased()
            let database = try await TicketsDatabase.create(sql: "CREATE ROLE \(role) LOGIN CONNECTION LIMIT 2;")
            try await PostgresSource.withSource(database.settings(user: role)) { source in
                let connections = try await source.connections()
                #expect(connections.had == 2)
                #expect(connections.refusal?.contains("too many connections for role") == true)
            }
        }
    }
}
