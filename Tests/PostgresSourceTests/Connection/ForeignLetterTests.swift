import HoldModel
import PostgresSource
import Testing

extension PostgresSourceTests {
    /// Redis takes any text; of what the server's encoding cannot say, SQL has nothing.
    @Suite("letters that the database's encoding lacks", .serialized)
    struct ForeignLetterTests {
        private static let encodings = ["LATIN1", "WIN1252", "EUC_JP", "SQL_ASCII"]

        private func database(_ encoding: String, sql: String = "") async throws -> TicketsDatabase {
            try await TicketsDatabase.create(
                "ENCODING '\(encoding)' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
                sql: """
                    INSERT INTO events (id) VALUES ('e');
                    INSERT INTO ticket_categories (id, event_id, quantity_total) VALUES ('c', 'e', 9);
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES ('o', 'e', 't', 'processing');
                    \(sql)
                    """)
        }

        @Test("hide no event, category, or order of a token that has none of them", arguments: encodings)
        func hideNothing(_ encoding: String) async throws {
            let odd = ["🎫", "票🎫", "🎫e", "\u{1F600}\u{1F601}", "Ж"]
            let tokens = (odd + ["t"]).map { HoldToken($0) } + [HoldToken([0xFF, 0xFE]), HoldToken([0x74, 0])]
            try await database(encoding).withSource { source in
                #expect(try await source.existingEvents(odd.map { EventID($0) } + [EventID("e")]) == [EventID("e")])
                let exist = try await source.categoriesExist(
                    [(EventID("e"), CategoryID("🎫")), (EventID("🎫"), CategoryID("c")), (EventID("e"), CategoryID("c"))])
                #expect(exist == [false, false, true])
                #expect(try await source.orders(of: tokens).map(\.id) == [OrderID("o")])
                let page = try await source.snapshot(of: [EventID("e")], tokens: [tokens])
                #expect(page.events[0].orders.map(\.id) == [OrderID("o")])
                let named = try await source.openOrders(of: [EventID("🎫"), EventID("e")], after: nil, limit: 5)
                #expect(named.map(\.id) == [OrderID("o")])
                #expect(
                    try await source.events(having: [CategoryID("🎫"), CategoryID("c")]).map(\.event) == [EventID("e")])
            }
        }

        @Test(
            "are told from those that it has",
            arguments: [("LATIN1", "é"), ("WIN1252", "€"), ("EUC_JP", "票"), ("SQL_ASCII", "🎫")])
        func areToldFromOthers(_ encoding: String, _ letter: String) async throws {
            let database = try await database(
                encoding,
                sql: "INSERT INTO orders (id, event_id, hold_token, status) VALUES ('p', 'e', 't\(letter)', 'expired');"
            )
            let tokens = ["t\(letter)", "t\u{1F600}"].map { HoldToken($0) }
            let found = try await database.withSource { try await $0.orders(of: tokens) }
            #expect(found.map(\.token) == [tokens[0]])
        }

        @Test("are bytes like others where the database has no encoding")
        func areBytes() async throws {
            let database = try await database(
                "SQL_ASCII",
                sql: """
                    INSERT INTO events (id) VALUES (E'\\xe9');
                    INSERT INTO orders (id, event_id, hold_token, status) VALUES ('p', E'\\xe9', E't\\xff', 'expired');
                    """)
            try await database.withSource { source in
                let events = try await source.events(after: nil, limit: 5)
                #expect(events == [EventID("e"), EventID([0xE9])])
                let page = try await source.snapshot(of: events, tokens: [[], [HoldToken([0x74, 0xFF])]])
                #expect(page.events.map { $0.orders.map(\.id) } == [[OrderID("o")], [OrderID("p")]])
                #expect(try await source.events(after: events[1], limit: 5) == [])
            }
        }
    }
}
