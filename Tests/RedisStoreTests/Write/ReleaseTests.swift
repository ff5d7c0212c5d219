import HoldModel
import RedisStore
import Testing

/// The cleaner's work, done as the cleaner does it.
@Suite("a release")
struct ReleaseTests {
    private static let now = Timestamp(milliseconds: 2_000_000_000_000)

    private func hold(_ token: String = "t", lines: [SeatLine]? = nil) -> HeldHold {
        let own = [("c", 2), ("d", 3)].map { SeatLine(category: CategoryID($0.0), quantity: $0.1) }
        return HeldHold(
            token: HoldToken(token),
            hold: Hold(status: .held, expiresAtEpoch: 100, event: EventID("e"), lines: lines ?? own),
            fence: HoldFence("held|100"))
    }

    private func withHold(_ body: (RedisFixture) async throws -> Void) async throws {
        try await RedisFixture.with { redis in
            for (category, total) in [("c", "10"), ("d", "9")] {
                try await redis.send(
                    "HSET", "eventix:test:inventory:e:\(category)", "total", total, "sold", "1", "pending", "4",
                    "available", category == "c" ? "5" : "4", "version", "7")
            }
            try await redis.send(
                "HSET", "eventix:test:holds:t", "status", "held", "expiresAtEpoch", "100", "traceId", "x")
            try await redis.send("ZADD", "eventix:test:holds:expiration-index", "100", "t", "200", "other")
            try await body(redis)
        }
    }

    private func release(_ redis: RedisFixture, _ holds: HeldHold...) async throws -> [ReleaseOutcome] {
        var outcomes: [ReleaseOutcome] = []
        try await redis.repairs.release(holds, now: Self.now, keptFor: 600) { outcomes = $0 }
        return outcomes
    }

    @Test("puts the seats back on sale by increments, and closes hash and member")
    func putsSeatsBack() async throws {
        try await withHold { redis in
            #expect(try await release(redis, hold()) == [.released])
            let c = try await redis.hash(Array("eventix:test:inventory:e:c".utf8))
            #expect(c == ["total": "10", "sold": "1", "pending": "2", "available": "7", "version": "8"])
            let d = try await redis.hash(Array("eventix:test:inventory:e:d".utf8))
            #expect(d == ["total": "9", "sold": "1", "pending": "1", "available": "7", "version": "8"])
            let key = Array("eventix:test:holds:t".utf8)
            #expect(
                try await redis.hash(key) == [
                    "status": "expired", "expiresAtEpoch": "100", "traceId": "x",
                    "releasedAt": "2033-05-18T03:33:20.000Z", "releaseReason": "hold-reconciler:expired-hold",
                ])
            #expect(try await redis.expiry(key) == 2_000_000_600)
            #expect(try await redis.index() == [HoldToken("other"): "200"])
            // A second one finds it released.
            #expect(try await release(redis, hold()) == [.moved])
        }
    }

    @Test(
        "of a hold that was claimed, extended, or is gone writes nothing",
        arguments: ["claim", "extend", "end", "spoil"])
    func ofMovedHold(_ change: String) async throws {
        try await withHold { redis in
            switch change {
            case "claim": try await redis.send("HSET", "eventix:test:holds:t", "status", "checkout_pending")
            case "extend": try await redis.send("HSET", "eventix:test:holds:t", "expiresAtEpoch", "160")
            case "spoil": try await redis.send("SET", "eventix:test:holds:t", "text")
            default: try await redis.send("DEL", "eventix:test:holds:t")
            }
            let before = try await redis.dump()
            #expect(try await release(redis, hold()) == [.moved])
            #expect(try await redis.dump() == before)
        }
    }

    static let unclear = [
        ["HSET", "K", "pending", "2"], ["HSET", "K", "available", "5"], ["HSET", "K", "pending", "-3"],
        ["HSET", "K", "sold", "1.5"], ["HSET", "K", "total", "9000000000000000"], ["HDEL", "K", "version"],
        ["HSET", "K", "version", ""], ["HSET", "K", "pending", "04"], ["HSET", "K", "version", "-1"], ["DEL", "K"],
        ["SET", "K", "text"],
    ]

    @Test("from counts that do not hold the seats is unclear, and writes nothing", arguments: unclear)
    func fromUnclearCounts(_ spoil: [String]) async throws {
        try await withHold { redis in
            // The last category, so that a release that writes as it goes would show in the first.
            try await redis.send(spoil.map { Array(($0 == "K" ? "eventix:test:inventory:e:d" : $0).utf8) })
            let before = try await redis.dump()
            #expect(try await release(redis, hold()) == [.unclear(key: Array("eventix:test:inventory:e:d".utf8))])
            #expect(try await redis.dump() == before)
        }
    }

    @Test("of a hold that names a category twice takes both lines, or none")
    func ofRepeatedCategory() async throws {
        let lines = [1, 3].map { SeatLine(category: CategoryID("c"), quantity: $0) }
        try await withHold { redis in
            let outcome = try await release(redis, hold(lines: lines))
            #expect(outcome == [.released])
            #expect(try await redis.hash(Array("eventix:test:inventory:e:c".utf8))["pending"] == "0")
        }
        let more = [3, 3].map { SeatLine(category: CategoryID("c"), quantity: $0) }
        try await withHold { redis in
            let before = try await redis.dump()
            #expect(
                try await release(redis, hold(lines: more)) == [.unclear(key: Array("eventix:test:inventory:e:c".utf8))]
            )
            #expect(try await redis.dump() == before)
        }
    }

    /// Of nine seats four are pending; what of two that are released is left where that many are sold.
    static let oversold = [(sold: 8, free: 0), (sold: 7, free: 0), (sold: 6, free: 1), (sold: 5, free: 2)]

    @Test("from an oversold category puts back only what is not promised to others", arguments: oversold)
    func fromOversoldCategory(_ sold: Int, _ free: Int) async throws {
        try await withHold { redis in
            let key = "eventix:test:inventory:e:d"
            try await redis.send("HSET", key, "sold", "\(sold)", "available", "\(max(9 - sold - 4, 0))")
            let lines = [SeatLine(category: CategoryID("d"), quantity: 2)]
            #expect(try await release(redis, hold(lines: lines)) == [.released])
            #expect(
                try await redis.hash(Array(key.utf8)) == [
                    "total": "9", "sold": "\(sold)", "pending": "2", "available": "\(free)", "version": "8",
                ])
        }
    }

    @Test("of several holds gives each its own outcome")
    func ofSeveral() async throws {
        try await withHold { redis in
            let outcomes = try await release(redis, hold("none"), hold(), hold("none"))
            #expect(outcomes == [.moved, .released, .moved])
        }
    }
}
