import HoldModel
import RedisStore
import Testing

@Suite("the census")
struct CensusTests {
    private static let entry = #"{"eventId":"EVENT","categoryId":"c","quantity":1}"#

    static let places: [(name: String, command: [String], place: HoldPlace)] = [
        (
            "as the platform writes it",
            ["HSET", "K", "entries", #"[{"eventId":"a:b ü","categoryId":"c","quantity":1}]"#],
            .events([EventID("a:b ü")])
        ),
        (
            "with its names in another order",
            ["HSET", "K", "entries", #"[{"quantity":1,"categoryId":"c","eventId":"e"}]"#], .events([EventID("e")])
        ),
        (
            "with spaces", ["HSET", "K", "entries", #" [ { "eventId" : "e", "categoryId" : "c", "quantity" : 1 } ]"#],
            .events([EventID("e")])
        ),
        (
            "with escapes", ["HSET", "K", "entries", #"[{"eventId":"a\"bA\n","categoryId":"c","quantity":1}]"#],
            .events([EventID("a\"bA\n")])
        ),
        (
            "without entries but with metadata", ["HSET", "K", "status", "held", "metadata", #"{"eventId":"m"}"#],
            .events([EventID("m")])
        ),
        (
            "with entries that are no JSON, and metadata",
            ["HSET", "K", "entries", "[{", "metadata", #"{"eventId":"m"}"#], .events([EventID("m")])
        ),
        (
            "whose metadata names another event, and its series",
            [
                "HSET", "K", "entries", #"[{"eventId": "e", "categoryId": "c", "quantity": 1}]"#, "metadata",
                #"{"eventId":"f","series":{"eventId":"g"}}"#,
            ], .events([EventID("e")])
        ),
        (
            "as the platform writes it, with another event's metadata",
            [
                "HSET", "K", "entries", #"[{"eventId":"e","categoryId":"c","quantity":1}]"#, "metadata",
                #"{"eventId":"f"}"#,
            ], .events([EventID("e")])
        ),
        (
            "with another event in a value that is nobody's",
            ["HSET", "K", "entries", #"[{"eventId":"e","categoryId":"c","quantity":1,"swap":{"eventId":"f"}}]"#],
            .events([EventID("e")])
        ),
        (
            "with a name that comes again with an escape",
            ["HSET", "K", "entries", #"[{"eventId":"f","\u0065ventId":"e","categoryId":"c","quantity":1}]"#],
            .events([EventID("e")])
        ),
        (
            "with numbers", ["HSET", "K", "entries", #"[{"eventId":12,"categoryId":34,"quantity":1}]"#],
            .events([EventID("12")])
        ),
        (
            "with a number that is printed in two ways",
            ["HSET", "K", "entries", #"[{"eventId":123456789012345,"categoryId":34,"quantity":1}]"#],
            .events([EventID("123456789012345")])
        ),
        (
            "of two events", ["HSET", "K", "entries", #"[{"eventId":"e"},{"eventId":"f"},{"eventId":"e"}]"#],
            .events([EventID("e"), EventID("f")])
        ),
        ("that is cut short", ["HSET", "K", "entries", #"[{"eventId":"e","categ"#], .events([EventID("e")])),
        (
            "that is cut short, with metadata of more names",
            ["HSET", "K", "entries", "[{", "metadata", #"{"series":{"eventId":"g"},"eventId":"m"}"#],
            .events([EventID("m")])
        ),
        (
            "that nobody can read",
            ["HSET", "K", "entries", #"[{,"eventId" : "e"}]"#, "metadata", #"{"eventId":"m""#],
            .events([EventID("e"), EventID("m")])
        ),
        ("a zombie", ["HSET", "K", "status", "checkout_committed", "orderReference", "o"], .unknown),
        ("with entries that are no JSON", ["HSET", "K", "entries", "[{", "metadata", "[]"], .unknown),
        ("of no entries", ["HSET", "K", "entries", "[]"], .unknown),
        ("of another type", ["SET", "K", "text"], .unknown),
        ("missing", ["DEL", "K"], .noHash),
    ]

    @Test("tells the event of every hash that says it, however it is spelt")
    func tellsEvents() async throws {
        try await RedisFixture.with { redis in
            for (number, (_, command, _)) in Self.places.enumerated() {
                let words = command.map { $0 == "K" ? "eventix:test:holds:\(number)" : $0 }
                try await redis.send(words.map { Array($0.utf8) })
            }
            let places = try await redis.store.places(of: Self.places.indices.map { HoldToken("\($0)") })
            for (expected, place) in zip(Self.places, places) {
                #expect(place == expected.place, "a hash \(expected.name)")
            }
        }
    }

    @Test("keeps thousands of tokens in their order")
    func keepsOrder() async throws {
        try await RedisFixture.with { redis in
            let odd = stride(from: 1, to: 3000, by: 2).map { number in
                let entry = Self.entry.replacing("EVENT", with: "e\(number)")
                return RedisCommand("HSET", "eventix:test:holds:\(number)", "entries", "[\(entry)]")
            }
            _ = try await redis.connection.replies(to: odd)
            let places = try await redis.store.places(of: (0..<3000).map { HoldToken("\($0)") })
            let expected = (0..<3000).map { number -> HoldPlace in
                number % 2 == 1 ? .events([EventID("e\(number)")]) : .noHash
            }
            #expect(places == expected)
            #expect(try await redis.store.places(of: []).isEmpty)
        }
    }
}
