import Foundation
import PostgresSource
import TestServers
import Testing

@testable import TestPlatform

/// The platform's tables for one test alone: in a schema of their own, or a database where the test is about that.
struct TicketsDatabase {
    let server: PostgresServer
    let name: String
    let schema: String

    /// - Parameters:
    ///   - options: what follows the name in `CREATE DATABASE`; without any the server's first database is used.
    ///   - sql: run after the tables are there.
    static func create(_ options: String? = nil, sql: String = "") async throws -> TicketsDatabase {
        let server = try #require(PostgresServer.current)
        let unique = "tickets_" + UUID().uuidString.prefix(8).lowercased()
        let database = TicketsDatabase(server: server, name: options == nil ? "postgres" : unique, schema: unique)
        if let options { try await server.psql(sql: "CREATE DATABASE \(unique) \(options)") }
        let tables = String(decoding: TestPlatform.PackageResources.schema_sql, as: UTF8.self)
        try await database.sql("CREATE SCHEMA \(unique);" + tables + sql)
        return database
    }

    var settings: PostgresSettings { settings(user: "postgres") }

    /// Tells this test's sessions from others' by their name.
    func settings(user: String, application: String = "program") -> PostgresSettings {
        PostgresSettings(
            connectionString: server.connectionString(database: name, user: user)
                + " application_name=\(application)-\(schema) options='-c search_path=\(schema)'")
    }

    @discardableResult
    func sql(_ text: String) async throws -> String {
        try await server.psql(database: name, sql: "SET search_path TO \(schema);\n" + text)
    }

    func withSource<Value: Sendable>(_ body: (PostgresSource) async throws -> Value) async throws -> Value {
        try await PostgresSource.withSource(settings, body)
    }

    /// Waits until a statement of each of the program's sessions stands in front of a lock.
    func waitUntilBlocked(sessions: Int = 1) async throws {
        try await wait { $0 == Array(repeating: "Lock", count: sessions) }
    }

    /// Waits until no session of the program runs a statement.
    func waitUntilIdle() async throws {
        try await wait { !$0.contains("Lock") && !$0.contains("active") }
    }

    /// Ends the program's sessions on the server; returns how many there were.
    func terminateSessions() async throws -> String {
        try await sql(
            """
            SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
            WHERE application_name = 'program-\(schema)'
            """)
    }

    /// Waits until as many of the program's sessions are within a transaction.
    func waitUntilTransactions(_ count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        let look = """
            SELECT count(*) FROM pg_stat_activity
            WHERE application_name = 'program-\(schema)' AND xact_start IS NOT NULL
            """
        while try await sql(look) != String(count) {
            try #require(ContinuousClock.now < deadline, "the sessions did not come to \(count) transactions")
        }
    }

    /// Waits until as many of the program's sessions have ended a transaction.
    func waitUntilCommitted(_ count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        let look = """
            SELECT count(*) FROM pg_stat_activity
            WHERE application_name = 'program-\(schema)' AND state = 'idle' AND query = 'COMMIT'
            """
        while try await sql(look) != String(count) {
            try #require(ContinuousClock.now < deadline, "the sessions did not end \(count) transactions")
        }
    }

    private func wait(_ isThere: ([Substring]) -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        let look = """
            SELECT CASE WHEN wait_event_type = 'Lock' THEN 'Lock' ELSE state END FROM pg_stat_activity
            WHERE application_name = 'program-\(schema)'
            """
        while try await !isThere(sql(look).split(separator: "\n")) {
            try #require(ContinuousClock.now < deadline, "the session did not come to the state that was waited for")
        }
    }
}
