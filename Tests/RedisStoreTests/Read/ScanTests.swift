import HoldModel
import RedisStore
import Testing

@Suite("a scan")
struct ScanTests {
    static let prefixes = [
        "", "eventix:dev:", "{tickets}:", "a*b:", "a?b:", "a[b-d]e:", "a^b:", #"a\b:"#, "a-b:", "[^x]:", "üñ 🎫:", "*",
        "?", #"\"#,
    ]

    private func scanned(_ redis: RedisFixture) async throws -> (tokens: Set<HoldToken>, inventory: Set<[UInt8]>) {
        var tokens: Set<HoldToken> = []
        var inventory: Set<[UInt8]> = []
        try await redis.store.scanKeys { batch in
            tokens.formUnion(batch.tokens)
            inventory.formUnion(batch.inventoryKeys)
        }
        return (tokens, inventory)
    }

    @Test("sees the keys of its prefix, whatever characters it has, and of no other", arguments: prefixes)
    func seesItsPrefix(_ prefix: String) async throws {
        try await RedisFixture.with(prefix: prefix) { redis in
            for other in Self.prefixes {
                try await redis.send("HSET", "\(other)holds:token of \(other)", "status", "held")
                try await redis.send("HSET", "\(other)inventory:e:c", "total", "1")
                try await redis.send("ZADD", "\(other)holds:expiration-index", "1", "member of \(other)")
                try await redis.send("SET", "\(other)holes:x", "no hold")
                try await redis.send("SET", "\(other)hold", "no hold")
            }
            for near in ["axb:", "ace:", "xa*b:", "a*bx:", "ab:"] { try await redis.send("SET", "\(near)holds:t", "") }
            let (tokens, inventory) = try await scanned(redis)
            #expect(tokens == [HoldToken("token of \(prefix)")])
            #expect(inventory == [Array("\(prefix)inventory:e:c".utf8)])
            var members: [HoldToken] = []
            try await redis.store.scanIndex { members += $0 }
            #expect(members == [HoldToken("member of \(prefix)")])
        }
    }

    @Test("takes the index for no hold, and tokens of any bytes for what they are")
    func takesTokensOfAnyBytes() async throws {
        try await RedisFixture.with { redis in
            let tokens = [
                Array("expiration-index2".utf8), Array("a:b".utf8), [], [0], [0xFF, 0xFE], Array("*".utf8),
                Array("\r\n".utf8), Array("expiration-indeX".utf8),
            ].map { HoldToken($0) }
            for token in tokens {
                try await redis.send([Array("SET".utf8), redis.keys.hold(token), []])
                try await redis.send([Array("ZADD".utf8), redis.keys.index, Array("1".utf8), token.bytes])
            }
            #expect(try await scanned(redis).tokens == Set(tokens))
            var members: Set<HoldToken> = []
            try await redis.store.scanIndex { members.formUnion($0) }
            #expect(members == Set(tokens))
            #expect(try await redis.store.places(of: tokens) == tokens.map { _ in .unknown })
        }
    }

    @Test("of many thousand keys and members sees each of them, in bounded steps")
    func seesThousands() async throws {
        try await RedisFixture.with { redis in
            try await redis.send(
                "EVAL",
                """
                for i = 1, 5000 do
                    redis.call('SET', KEYS[1] .. i, '')
                    redis.call('SET', 'noise:' .. i, '')
                    redis.call('ZADD', KEYS[2], i, i)
                end
                """, "2", "eventix:test:holds:", "eventix:test:holds:expiration-index")
            let expected = Set((1...5000).map { HoldToken("\($0)") })
            #expect(try await scanned(redis).tokens == expected)
            var members: Set<HoldToken> = []
            try await redis.store.scanIndex { batch in
                members.formUnion(batch)
                #expect(batch.count <= 2000)
            }
            #expect(members == expected)
        }
    }

    @Test("finds a key of the platform's under another prefix, the sign of a wrong one")
    func findsOtherPrefix() async throws {
        try await RedisFixture.with(prefix: "wrong:") { redis in
            try await redis.send("SET", "wrong:inventory:e:c", "")
            #expect(try await redis.store.platformKeyUnderAnotherPrefix() == nil)
            try await redis.send("SET", "eventix:dev:inventory:e:c", "")
            #expect(try await redis.store.platformKeyUnderAnotherPrefix() == Array("eventix:dev:inventory:e:c".utf8))
        }
    }

    @Test("that its caller stops goes no further")
    func thatIsStopped() async throws {
        try await RedisFixture.with { redis in
            try await redis.send(
                "EVAL", "for i = 1, 5000 do redis.call('ZADD', KEYS[1], i, i) end", "1",
                "eventix:test:holds:expiration-index")
            struct Enough: Error {}
            var batches = 0
            await #expect(throws: Enough.self) {
                try await redis.store.scanIndex { _ in
                    batches += 1
                    throw Enough()
                }
            }
            #expect(batches == 1)
        }
    }
}
