import Foundation
import HoldModel
import TestServers
import Testing

@testable import PostgresSource

extension PostgresSourceTests {
    @Suite("a session")
    struct SessionTests {
        @Test("is refused every write by PostgreSQL itself, with the rights of a superuser")
        func isRefusedWrites() async throws {
            let database = try await TicketsDatabase.create()
            let handle = try ConnectionHandle(database.settings)
            _ = try handle.run(.session, [.text(Array("10s".utf8))])
            for statement in ["CREATE TABLE mine ()", "INSERT INTO events (id) VALUES ('e')", "TRUNCATE events"] {
                let error = #expect(throws: PostgresError.self) { try handle.execute(statement) }
                #expect(error?.sqlState == "25006")
            }
        }

        @Test("is read-only, by its own default and whatever the connection string says")
        func isReadOnly() async throws {
            let database = try await TicketsDatabase.create()
            var settings = database.settings
            settings.connectionString += " options='-c default_transaction_read_only=off -c TimeZone=Asia/Tokyo'"
            let facts = try await PostgresSource.withSource(settings) { try await $0.serverFacts() }
            #expect(facts.isReadOnly)
            #expect(!facts.isStandby)
            #expect(!facts.usesTLS)
            #expect(facts.encoding == "UTF8")
            #expect(facts.role == "postgres")
            #expect(facts.database == database.name)
            #expect(facts.version.first?.isNumber == true)
        }

        @Test(
            "joins in memory, and leaves more of it as it is",
            arguments: [("4MB", "64MB"), ("64MB", "64MB"), ("1GB", "1GB")])
        func hasMemoryForJoins(_ given: String, _ used: String) async throws {
            let database = try await TicketsDatabase.create()
            var settings = database.settings
            settings.connectionString += " options='-c work_mem=\(given)'"
            let handle = try ConnectionHandle(opening: settings)
            try handle.execute("DO $$ BEGIN ASSERT current_setting('work_mem') = '\(used)'; END $$")
        }

        @Test("outlives the time for which the role lets a session rest")
        func mayRest() async throws {
            let database = try await TicketsDatabase.create()
            var settings = database.settings
            settings.connectionString += " options='-c idle_session_timeout=20min'"
            let handle = try ConnectionHandle(opening: settings)
            try handle.execute("DO $$ BEGIN ASSERT current_setting('idle_session_timeout') = '0'; END $$")
        }

        @Test("ends a statement that takes too long, and says what to do")
        func endsLongStatement() async throws {
            let database = try await TicketsDatabase.create()
            var settings = database.settings
            // Its other statements must not take so long, on any machine.
            settings.statementTimeout = 10
            try await PostgresSource.withSource(settings) { source in
                let writer = try WriterSession(on: database)
                try writer.run("BEGIN", "LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
                let error = await #expect(throws: PostgresError.self) { try await source.eventCount() }
                #expect(error?.sqlState == "57014")
                #expect(error?.description.contains("query event-count") == true)
                #expect(error?.description.contains("raise --statement-timeout") == true)
                try writer.run("ROLLBACK")
                #expect(try await source.eventCount() == 0)
            }
        }

        @Test("ends its statement on the server when the task is cancelled, and is of use afterwards")
        func endsCancelledStatement() async throws {
            let database = try await TicketsDatabase.create()
            var settings = database.settings
            settings.statementTimeout = 120
            try await PostgresSource.withSource(settings) { [settings] source in
                let writer = try WriterSession(on: database)
                try writer.run("BEGIN", "LOCK TABLE order_items IN ACCESS EXCLUSIVE MODE")
                try await withThrowingTaskGroup(of: EventPage.self) { group in
                    group.addTask { try await source.snapshot(of: [EventID("e")], tokens: [[]]) }
                    try await database.waitUntilBlocked()
                    let start = ContinuousClock.now
                    group.cancelAll()
                    await #expect(throws: CancellationError.self) { try await group.next() }
                    // The lock is still held: what ends the wait is the cancellation, or the timeout.
                    #expect(ContinuousClock.now - start < .seconds(settings.statementTimeout))
                }
                try await database.waitUntilIdle()
                #expect(try await source.eventCount() == 0)
                try writer.run("ROLLBACK")
            }
        }

        @Test("waits on a thread of its own: more of them than there are cores do not stop the program")
        func waitsOnItsOwnThread() async throws {
            let database = try await TicketsDatabase.create()
            let writer = try WriterSession(on: database)
            try writer.run("BEGIN", "LOCK TABLE events IN ACCESS EXCLUSIVE MODE")
            try await withThrowingTaskGroup(of: Int.self) { group in
                let sessions = ProcessInfo.processInfo.activeProcessorCount + 1
                for _ in 1...sessions {
                    group.addTask { try await database.withSource { try await $0.eventCount() } }
                }
                try await database.waitUntilBlocked(sessions: sessions)
                try writer.run("ROLLBACK")
                for try await count in group { #expect(count == 0) }
            }
        }

        @Test("does not start a statement for a task that was cancelled before")
        func startsNothingForCancelled() async throws {
            let database = try await TicketsDatabase.create()
            try await database.withSource { source in
                await withThrowingTaskGroup(of: Int.self) { group in
                    group.cancelAll()
                    group.addTask { try await source.eventCount() }
                    await #expect(throws: CancellationError.self) { try await group.next() }
                }
            }
        }

        @Test("that the server ends is a clear error of one line", arguments: [true, false])
        func thatEnds(_ isWaiting: Bool) async throws {
            let database = try await TicketsDatabase.create()
            try await database.withSource { source in
                let writer = try WriterSession(on: database)
                try writer.run("BEGIN", "LOCK TABLE order_items IN ACCESS EXCLUSIVE MODE")
                let error: PostgresError?
                if isWaiting {
                    let reading = Task { try await source.snapshot(of: [EventID("e")], tokens: [[]]) }
                    try await database.waitUntilBlocked()
                    #expect(try await database.terminateSessions() == "1")
                    error = await #expect(throws: PostgresError.self) { try await reading.value }
                } else {
                    #expect(try await database.terminateSessions() == "1")
                    error = await #expect(throws: PostgresError.self) { try await source.eventCount() }
                }
                let words = try #require(error).description
                #expect(words.hasPrefix("the connection to PostgreSQL at \(database.server.folder)"))
                #expect(words.contains("ended during query \(isWaiting ? "open-orders" : "event-count")"))
                #expect(words.hasSuffix("run again when it is back"))
                #expect(isOneLine(words))
                // And so is every later one.
                let later = await #expect(throws: PostgresError.self) { try await source.eventCount() }
                #expect(later?.description.contains("ended during query event-count") == true)
            }
        }
    }
}
