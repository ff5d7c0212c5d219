import HoldModel
import RedisStore
import TestRandom
import TestServers
import Testing

/// A glance is a survey without its one instant: on a Redis that stands still both say the same.
@Suite struct GlanceTests {
    @Test func saysWhatASurveySaysOfAnyKeys() async throws {
        var random = SeededRandom(named: "glance")
        try await RedisFixture.with { redis in
            let requests = try await redis.fill(&random)
            let surveys = try await redis.store.survey(requests)
            let glances = try await redis.store.glance(requests)
            #expect(glances.map(\.survey) == surveys, "seed \(random.seed)")
            // The index's own name as a token: its key is no hash.
            let odd = SurveyRequest(event: EventID("e"), categories: [], tokens: [HoldToken("expiration-index")])
            #expect(try await redis.store.glance([odd]).map(\.survey) == redis.store.survey([odd]))
        }
    }

    @Test func ofAHealthyPageRunsNoScript() async throws {
        try await RedisFixture.with { redis in
            let entries = #"[{"eventId":"e","categoryId":"c","quantity":2}]"#
            for token in ["a", "b"] {
                try await redis.send("ZADD", "eventix:test:holds:expiration-index", "9", token)
                try await redis.send(
                    "HSET", "eventix:test:holds:\(token)", "status", "held", "expiresAtEpoch", "9", "entries", entries)
            }
            let request = SurveyRequest(
                event: EventID("e"), categories: [CategoryID("none")], tokens: [HoldToken("a"), HoldToken("b")])
            let glance = try await redis.store.glance([request])
            #expect(glance.first?.survey.inventory == [.absent])
            let stats = try await redis.server.commandStats()
            #expect(stats["hmget"] == 3)
            #expect(stats["zmscore"] == 1)
            #expect(stats["exists"] == 1)
            #expect(stats["evalsha_ro"] == nil)
        }
    }

    @Test(arguments: [true, false])
    func tellsWhichHoldsMayBeAnotherEvents(_ readsPlainly: Bool) async throws {
        let users = ["limited on nopass allkeys allchannels +@all" + (readsPlainly ? "" : " -zmscore")]
        try await RedisFixture.with(RedisServerOptions(aclUsers: users)) { redis in
            let entries = #"[{"eventId":"e","categoryId":"c","quantity":2}]"#
            let own = [
                #"{"eventId":"e","requesterId":"r"}"#, #"{ "requesterId" : "r", "eventId" : "e" }"#,
                #"{"eventId":"\u0065"}"#,
                "{}", "no JSON",
            ]
            let others = [
                #"{"eventId":"f","requesterId":"r"}"#, #"{"eventId":"ee"}"#, #"{"requesterId":"r","eventId":"f"}"#,
            ]
            for (number, metadata) in (own + others).enumerated() {
                try await redis.send(
                    "HSET", "eventix:test:holds:t\(number)", "status", "held", "expiresAtEpoch", "9", "entries",
                    entries,
                    "metadata", metadata)
            }
            try await redis.send("HSET", "eventix:test:holds:zombie", "status", "held")
            try await redis.send(
                "HSET", "eventix:test:holds:foreign", "status", "held", "expiresAtEpoch", "9", "entries",
                #"[{"eventId":"f","categoryId":"c","quantity":2}]"#)
            let tokens = (own + others).indices.map { "t\($0)" } + ["zombie", "foreign", "absent"]
            let request = SurveyRequest(event: EventID("e"), categories: [], tokens: tokens.map { HoldToken($0) })
            var settings = try RedisFixture.settings(redis.server)
            (settings.username, settings.password) = ("limited", "any")
            try await RedisConnection.withConnection(settings) { connection in
                let glances = try await RedisFixture(redis.server, connection).store.glance(
                    [request], telling: .besideIndex)
                #expect(glances.map(\.strangers) == [["zombie", "foreign"].map { HoldToken($0) }])
            }
        }
    }

    @Test func isASurveyWhereTheIndexIsNoSortedSetOrTheUserMayNotAsk() async throws {
        let user = "limited on nopass allkeys allchannels +@all -zmscore"
        try await RedisFixture.with(RedisServerOptions(aclUsers: [user])) { redis in
            try await redis.send("SET", "eventix:test:holds:expiration-index", "text")
            let request = SurveyRequest(event: EventID("e"), categories: [], tokens: [HoldToken("t")])
            #expect(try await redis.store.glance([request]).first?.survey.holds.first?.score == .noMember)
            try await redis.send("DEL", "eventix:test:holds:expiration-index")
            try await redis.send("ZADD", "eventix:test:holds:expiration-index", "7", "t")
            var settings = try RedisFixture.settings(redis.server)
            (settings.username, settings.password) = ("limited", "any")
            try await RedisConnection.withConnection(settings) { connection in
                let limited = RedisFixture(redis.server, connection)
                for _ in 1...2 {
                    let glance = try await limited.store.glance([request])
                    #expect(glance.first?.survey.holds.first?.score.seconds == 7)
                }
            }
            // Asked once; after that the user's limits are known.
            #expect(try await redis.server.commandStats()["zmscore"] ?? 0 <= 1)
        }
    }
}

extension RedisFixture {
    /// Keys of every kind that a survey tells apart, and requests that ask for them and for keys that are not there.
    fileprivate func fill(_ random: inout SeededRandom) async throws -> [SurveyRequest] {
        var requests: [SurveyRequest] = []
        for event in 0..<12 {
            let categories = (0..<Int.random(in: 0...6, using: &random)).map { CategoryID("c\($0)") }
            let tokens = (0..<Int.random(in: 0...230, using: &random)).map { HoldToken("t\(event)-\($0)") }
            for category in categories {
                try await makeKey(
                    "eventix:test:inventory:e\(event):\(category)", ["total", "pending", "other"], &random)
            }
            for token in tokens {
                try await makeKey("eventix:test:holds:\(token)", ["status", "entries", "orderReference"], &random)
                guard Bool.random(using: &random) else { continue }
                try await send("ZADD", "eventix:test:holds:expiration-index", "1.5", "\(token)")
            }
            requests.append(SurveyRequest(event: EventID("e\(event)"), categories: categories, tokens: tokens))
        }
        return requests
    }

    private func makeKey(_ key: String, _ fields: [String], _ random: inout SeededRandom) async throws {
        switch Int.random(in: 0...30, using: &random) {
        case 0: try await send("RPUSH", key, "element")
        case 1...4: break
        default:
            for field in fields where Bool.random(using: &random) { try await send("HSET", key, field, "7") }
        }
    }
}

extension HoldStore {
    /// Glances at what is asked for token by token.
    fileprivate func glance(_ requests: [SurveyRequest], telling scope: GlanceScope = .itself) async throws -> [Glance]
    {
        let agreement = EventAgreement(policy: Policy(), now: Timestamp(milliseconds: 0))
        return try await glance(requests.map { .request($0) }, of: SnapshotTable(), agreement, telling: scope).map {
            guard case .shows(_, let glance) = $0 else { throw Unshown() }
            return glance
        }
    }
}

private struct Unshown: Error {}
