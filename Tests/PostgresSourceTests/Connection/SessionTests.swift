import Foundation
import HoldModel
import TestServers
import Testing

@testable import PostgresSource

extension PostgresSourceTests {
    @Suite("a connection")
    struct SessionTests {
        @Test("is refused every write by PostgreSQL itself, with the rights of a superuser")
        func isRefusedWrites() async throws {
            let database = try await TicketsDatabase.create()
            for statement in ["CREATE TABLE mine ()", "INSERT INTO events (id) VALUES ('e')", "TRUNCATE events"] {
                let handle = try ConnectionHandle(database.settings)
                let error = #expect(throws: PostgresError.self) {
                    try handle.inSnapshot { _ in try handle.execute(statement) }
                }
                #expect(error?.sqlState == "25006")
            }
        }

        @Test("reads in transactions that are read-only, whatever the connection string says")
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

        /// In front of `pg_catalog`'s, so that a setting that is made without `LOCAL` is seen as well as one that stays.
        @Test("has no setting of the program's outside of its transactions, whatever was asked and whatever failed")
        func keepsNothing() async throws {
            let database = try await TicketsDatabase.create(sql: "INSERT INTO events (id) VALUES ('e');")
            let handle = try ConnectionHandle(database.settings)
            let look = "SELECT string_agg(name || '=' || setting, ';' ORDER BY name) AS answer FROM pg_settings"
            func settings() throws -> String {
                try handle.send(Array(look.utf8), as: "settings")
                let text = try handle.next(of: "settings").text(0, 0)
                try handle.finish("settings")
                return try #require(text)
            }
            let before = try settings()
            _ = try handle.run(.eventIDs, [.null, .integer(5)])
            #expect(try settings() == before)
            _ = try handle.inSnapshot { _ in try handle.run(.eventCount).rowCount }
            #expect(try settings() == before)
            #expect(throws: PostgresError.self) {
                _ = try handle.run(.eventIDs, [.null, .text(Array("x".utf8))])
            }
            #expect(!handle.isInTransaction)
            #expect(try settings() == before)
            #expect(throws: CancellationError.self) { try handle.inSnapshot { _ in throw CancellationError() } }
            #expect(!handle.isInTransaction)
            #expect(try settings() == before)
        }

        @Test(
            "joins in memory, and leaves more of it as it is",
            arguments: [("4MB", "64MB"), ("64MB", "64MB"), ("1GB", "1GB")])
        func hasMemoryForJoins(_ given: String, _ used: String) async throws {
            let database = try await TicketsDatabase.create()
            var settings = database.settings
            settings.connectionString += " options='-c work_mem=\(given)'"
            let handle = try ConnectionHandle(settings)
            try handle.inSnapshot { _ in
                try handle.execute("DO $$ BEGIN ASSERT current_setting('work_mem') = '\(used)'; END $$")
            }
        }

        @Test("that the server closes while it rests is opened anew")
        func mayRest() async throws {
            let database = try await TicketsDatabase.create(sql: "INSERT INTO events (id) VALUES ('e');")
            var settings = database.settings
            settings.connectionString += " options='-c search_path=\(database.schema) -c idle_session_timeout=5s'"
            try await PostgresSource.withSource(settings) { source in
                try await database.waitUntilTransactions(0)
                while try await database.terminateSessions() != "0" {}
                #expect(try await source.eventCount() == 1)
                while try await database.terminateSessions() != "0" {}
                try await source.withPageReader { reader in
                    let events = [EventID("e")]
                    _ = try await reader.page(of: events[...], limit: 5, age: .zero)
                    while try await database.terminateSessions() != "0" {}
                    #expect(try await reader.page(of: events[...], limit: 5, age: .zero).table.events.count == 1)
                }
            }
        }

        @Test("takes one way there and back for a question, its transaction and its settings")
        func takesOneWay() async throws {
            let database = try await TicketsDatabase.create(sql: "INSERT INTO events (id) VALUES ('e$2');")
            let handle = try ConnectionHandle(database.settings)
            // A parameter is never taken for another one's place.
            let found = try handle.run(.openOrdersNamed, [.textArray([Array("e$2".utf8)]), .null, .integer(1)])
            #expect(found.rowCount == 0)
            #expect(!handle.isInTransaction)
            let ids = try handle.run(.existingEvents, [.textArray([Array("e$2".utf8), Array("o'brien\\".utf8)])])
            #expect(ids.text(0, 0) == "e$2")
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

        @Test("that the server ends in the midst of a statement is a clear error of one line")
        func thatEnds() async throws {
            let database = try await TicketsDatabase.create()
            try await database.withSource { source in
                let writer = try WriterSession(on: database)
                try writer.run("BEGIN", "LOCK TABLE order_items IN ACCESS EXCLUSIVE MODE")
                let reading = Task { try await source.snapshot(of: [EventID("e")], tokens: [[]]) }
                try await database.waitUntilBlocked()
                #expect(try await database.terminateSessions() == "1")
                let error = await #expect(throws: PostgresError.self) { try await reading.value }
                let words = try #require(error).description
                #expect(words.hasPrefix("the connection to PostgreSQL at \(database.server.folder)"))
                #expect(words.contains("ended during query open-orders"))
                #expect(words.hasSuffix("run again when it is back"))
                #expect(isOneLine(words))
                // The next question is asked on another.
                #expect(try await source.eventCount() == 0)
            }
        }
    }
}
