import HoldModel
import RedisStore
import TestServers
import Testing

@Suite("a survey")
struct SurveyTests {
    @Test("tells hashes, missing keys, missing fields and keys of another type apart")
    func tellsStatesApart() async throws {
        try await RedisFixture.with { redis in
            let prefix = "eventix:test:inventory:e:"
            try await redis.send(
                "HSET", prefix + "whole", "total", "10", "sold", "2", "pending", "3", "available", "5", "version", "7")
            try await redis.send("HSET", prefix + "partial", "total", "x")
            try await redis.send("HSET", prefix + "strange", "other", "1")
            try await redis.send("SET", prefix + "text", "10")
            let categories = ["whole", "partial", "strange", "text", "none"].map { CategoryID($0) }
            let survey = try #require(
                try await redis.store.survey([SurveyRequest(event: EventID("e"), categories: categories, tokens: [])])
                    .first)
            let missing = InventoryFields(total: nil, sold: nil, pending: nil, available: nil, version: nil)
            #expect(
                survey.inventory == [
                    .hash(fields("10", "2", "3", "5", "7")), .hash(fields("x", nil, nil, nil, nil)),
                    .hash(missing), .otherType, .absent,
                ])
            #expect(
                survey.inventory.map { String(decoding: $0.fence, as: UTF8.self) } == [
                    "=2:101:21:31:51:7", "=1:x----", "=-----", "!", "-",
                ])
        }
    }

    @Test("tells holds with their fences and scores")
    func tellsHolds() async throws {
        try await RedisFixture.with { redis in
            let entries = #"[{"eventId":"e","categoryId":"c","quantity":2}]"#
            let hold = "eventix:test:holds:"
            try await redis.send("HSET", hold + "live", "status", "held", "expiresAtEpoch", "2000", "entries", entries)
            try await redis.send("HSET", hold + "zombie", "status", "checkout_committed", "orderReference", "o")
            try await redis.send("HSET", hold + "over", "status", "finalized", "entries", "gone")
            try await redis.send("HSET", hold + "odd", "status", "held", "expiresAtEpoch", "soon", "entries", entries)
            try await redis.send("RPUSH", hold + "list", "1")
            try await redis.send("ZADD", "eventix:test:holds:expiration-index", "2000", "live", "1.5", "none")
            let tokens = ["live", "zombie", "over", "odd", "list", "none"].map { HoldToken($0) }
            let survey = try #require(
                try await redis.store.survey([SurveyRequest(event: EventID("e"), categories: [], tokens: tokens)]).first
            )
            #expect(survey.holds.map(\.token) == tokens)
            let line = SeatLine(category: CategoryID("c"), quantity: 2)
            #expect(
                survey.holds.map(\.state) == [
                    .whole(Hold(status: .held, expiresAtEpoch: 2000, event: EventID("e"), lines: [line])), .zombie,
                    .whole(Hold(status: .finalized, expiresAtEpoch: 0, event: EventID(""), lines: [])),
                    .malformed("expiresAtEpoch is no integer, or none that an index score can keep"),
                    .foreign("no hash"), .absent,
                ])
            #expect(
                survey.holds.map { String(decoding: $0.fence.text, as: UTF8.self) } == [
                    "held|2000", "checkout_committed|", "finalized|", "held|soon", "!", "-",
                ])
            #expect(survey.holds.first?.score == .score(Array("2000".utf8)))
            #expect(survey.holds.last?.score == .score(Array("1.5".utf8)))
            #expect(survey.holds[1...4].allSatisfy { $0.score == .noMember })
        }
    }

    @Test("goes on where the index is no sorted set; its type is told apart from that")
    func goesOnWithoutIndex() async throws {
        try await RedisFixture.with { redis in
            #expect(try await redis.store.indexType() == "none")
            try await redis.send("SET", "eventix:test:holds:expiration-index", "text")
            #expect(try await redis.store.indexType() == "string")
            let request = SurveyRequest(event: EventID("e"), categories: [], tokens: [HoldToken("t")])
            #expect(try await redis.store.survey([request]).first?.holds.first?.score == .noMember)
        }
    }

    @Test("of events large and small gives each event its own, whatever shares a script or is cut")
    func givesEachEventItsOwn() async throws {
        try await RedisFixture.with { redis in
            let sizes = [(3, 2), (0, 0), (900, 5), (1, 1300), (0, 1), (399, 2), (2, 0)]
            let requests = sizes.enumerated().map { event, size in
                SurveyRequest(
                    event: EventID("e\(event)"), categories: (0..<size.0).map { CategoryID("\($0)") },
                    tokens: (0..<size.1).map { HoldToken("t\(event)-\($0)") })
            }
            var commands: [RedisCommand] = []
            for (event, request) in requests.enumerated() {
                for (number, category) in request.categories.enumerated() {
                    let key = "eventix:test:inventory:e\(event):\(category)"
                    commands.append(RedisCommand("HSET", key, "version", "\(event * 10_000 + number)"))
                }
                for (number, token) in request.tokens.enumerated() {
                    let score = "\(event * 10_000 + number)"
                    commands.append(RedisCommand("ZADD", "eventix:test:holds:expiration-index", score, "\(token)"))
                }
            }
            _ = try await redis.connection.replies(to: commands)
            let surveys = try await redis.store.survey(requests)
            for (event, survey) in surveys.enumerated() {
                #expect(
                    survey.inventory.map(\.fence)
                        == (0..<sizes[event].0).map { number in
                            let version = "\(event * 10_000 + number)"
                            return Array("=----\(version.utf8.count):\(version)".utf8)
                        })
                #expect(survey.holds.map(\.score.seconds) == (0..<sizes[event].1).map { Int64(event * 10_000 + $0) })
            }
            // 2617 keys in scripts of 150 at the most; an event that fits into one is not cut.
            #expect(try await redis.server.commandStats()["evalsha_ro"] == 20)
        }
    }

    private func fields(
        _ total: String?, _ sold: String?, _ pending: String?, _ available: String?, _ version: String?
    ) -> InventoryFields {
        func bytes(_ text: String?) -> [UInt8]? { text.map { Array($0.utf8) } }
        return InventoryFields(
            total: bytes(total), sold: bytes(sold), pending: bytes(pending), available: bytes(available),
            version: bytes(version))
    }
}
