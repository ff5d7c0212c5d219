import HoldModel
import PostgresSource
import Testing

extension PostgresSourceTests {
    @Suite("pages of event ids")
    struct EventIDPageTests {
        static let names = [
            "a", "B", "b", "A", "ä", "Ä", "a:b", "a b", " a", "a-b", "it's", "say \"x\"", "back\\slash", "two\nlines",
            "🎫", "é", "e\u{301}", "{a,b}", "%", "_", "10", "9", "NULL", String(repeating: "long", count: 50), "z",
        ]

        private func database(_ options: String?) async throws -> TicketsDatabase {
            let rows = Self.names.map { "('" + $0.replacing("'", with: "''") + "')" }.joined(separator: ", ")
            return try await TicketsDatabase.create(options, sql: "INSERT INTO events (id) VALUES \(rows);")
        }

        private func pages(of database: TicketsDatabase, size: Int) async throws -> [[EventID]] {
            try await database.withSource { source in
                var pages: [[EventID]] = []
                var last: EventID?
                repeat {
                    pages.append(try await source.events(after: last, limit: size))
                    last = pages.last?.last
                } while pages.last?.isEmpty == false
                return pages
            }
        }

        static let collations: [String?] = [
            nil, "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
        ]

        @Test("are each event once, in byte order, whatever the database's collation", arguments: collations)
        func areEachEventOnce(_ options: String?) async throws {
            let database = try await database(options)
            let pages = try await pages(of: database, size: 4)
            #expect(pages.flatMap(\.self) == Self.names.map { EventID($0) }.sorted())
            #expect(pages.dropLast(2).allSatisfy { $0.count == 4 })
        }

        @Test("differ from the order of an ICU database, or the test above would prove nothing")
        func differFromCollation() async throws {
            let database = try await database(Self.collations[1])
            let own = try await database.sql("SELECT id FROM events WHERE id IN ('a', 'B', 'ä', 'z') ORDER BY id")
            #expect(own == "a\nä\nB\nz")
        }

        @Test("go on behind an id that was deleted in between")
        func goOnBehindDeletedID() async throws {
            let database = try await TicketsDatabase.create(sql: "INSERT INTO events (id) VALUES ('a'), ('b'), ('c');")
            try await database.withSource { source in
                let first = try await source.events(after: nil, limit: 2)
                try await database.sql("DELETE FROM events WHERE id = 'b'; INSERT INTO events (id) VALUES ('aa');")
                #expect(try await source.events(after: first.last, limit: 2) == [EventID("c")])
            }
        }

        @Test("existing events are told from ids that SQL does not have, or cannot hold")
        func existingEventsAreTold() async throws {
            let database = try await database(nil)
            let asked = Self.names.map { EventID($0) } + [EventID("none"), EventID([0xFF]), EventID([0x61, 0, 0x62])]
            try await database.withSource { source in
                let existing = try await source.existingEvents(asked)
                #expect(existing == Self.names.map { EventID($0) }.sorted())
                #expect(try await source.eventCount() == Self.names.count)
            }
        }
    }
}
