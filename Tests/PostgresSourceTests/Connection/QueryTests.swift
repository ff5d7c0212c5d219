import Foundation
import Testing

@testable import PostgresSource

extension PostgresSourceTests {
    @Suite("the program's SQL files")
    struct QueryTests {
        @Test("no file changes a setting beyond its transaction", arguments: Query.allCases)
        func setsNothingForGood(_ query: Query) {
            let statement = String(decoding: query.body, as: UTF8.self)
            let settings = statement.components(separatedBy: "set_config(").count - 1
            #expect(statement.components(separatedBy: ", true)").count - 1 >= settings)
            #expect(!statement.contains(", false)") || settings == 0)
        }

        @Test("every file is accepted by PostgreSQL against the platform's schema", arguments: Query.allCases)
        func isAccepted(_ query: Query) async throws {
            let database = try await TicketsDatabase.create()
            let handle = try ConnectionHandle(database.settings)
            try handle.execute("PREPARE statement AS " + String(decoding: query.sql, as: UTF8.self))
        }

        @Test("every file opens with a comment that says what it is for", arguments: Query.allCases)
        func opensWithComment(_ query: Query) {
            #expect(query.sql.starts(with: "-- ".utf8))
        }

        @Test("no file pages by OFFSET, which would skip and repeat rows under traffic", arguments: Query.allCases)
        func hasNoOffset(_ query: Query) {
            #expect(!String(decoding: query.sql, as: UTF8.self).uppercased().contains("OFFSET "))
        }

        @Test("no file writes", arguments: Query.allCases)
        func onlySelects(_ query: Query) {
            let statement = String(decoding: query.sql, as: UTF8.self).split(separator: "\n")
                .first { !$0.hasPrefix("--") }
            #expect(statement?.hasPrefix("SELECT ") == true || statement?.hasPrefix("WITH ") == true)
            let words = String(decoding: query.body, as: UTF8.self).uppercased().split { !$0.isLetter && $0 != "_" }
            #expect(Set(words).isDisjoint(with: ["INSERT", "UPDATE", "DELETE", "MERGE", "INTO", "TRUNCATE", "CALL"]))
        }
    }
}
