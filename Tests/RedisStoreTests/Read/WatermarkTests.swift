import HoldModel
import RedisStore
import TestServers
import Testing

@Suite("the watermark of the index")
struct WatermarkTests {
    private static let now = Timestamp(milliseconds: 1_000_000)
    private static let index = "eventix:test:holds:expiration-index"

    /// Of an index that counts as long, where new holds live for 600 s.
    private func watermark(_ redis: RedisFixture, short: Int = 0) async throws -> String {
        String(
            decoding: try await redis.store.watermark(
                now: Self.now, life: 600, skew: .seconds(5), shortIndex: short), as: UTF8.self)
    }

    @Test("is the highest score where that lies below a new hold's")
    func isTheHighestScore() async throws {
        try await RedisFixture.with { redis in
            try await redis.send("ZADD", Self.index, "1100", "older", "1200", "old")
            #expect(try await watermark(redis) == "1200")
        }
    }

    @Test("lies below a new hold's score, however far another was extended")
    func liesBelowANewHold() async throws {
        try await RedisFixture.with { redis in
            try await redis.send("ZADD", Self.index, "1200", "old", "2800", "extended", "1.6e18", "in milliseconds")
            #expect(try await watermark(redis) == "1594")
        }
    }

    @Test("leaves nothing out of a short index")
    func leavesNothingOut() async throws {
        try await RedisFixture.with { redis in
            #expect(try await watermark(redis) == "-inf")
            try await redis.send("ZADD", Self.index, "1100", "older", "2800", "extended")
            #expect(try await watermark(redis, short: 2) == "-inf")
            #expect(try await watermark(redis, short: 1) == "1594")
        }
    }

    @Test("is in the tail that is read at one instant")
    func isInTheTail() async throws {
        try await RedisFixture.with { redis in
            try await redis.send("ZADD", Self.index, "1200", "old", "2800", "extended")
            let score = Array(try await watermark(redis).utf8)
            try await redis.send("ZADD", Self.index, "1600", "new")
            let request = SurveyRequest(event: EventID("e"), categories: [CategoryID("c")], tokens: [])
            let tail = try await redis.store.hotSurvey(request, indexFrom: score).tail
            #expect(tail == [HoldToken("new"), HoldToken("extended")])
        }
    }
}
