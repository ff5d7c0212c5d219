import HoldModel
import TestRandom
import TestServers
import Testing

@testable import RedisStore

@Suite("a walk over the index by scores")
struct IndexOrderTests {
    private struct Member: Hashable {
        let token: String
        let score: Double
    }

    /// What a walk shows, in its order; what it shows before it begins anew is left out.
    private func walk(
        _ redis: RedisFixture, between steps: (Int) async throws -> Void = { _ in }
    ) async throws -> (members: [Member], isByScan: Bool) {
        var members: [Member] = []
        var isByScan = false
        var place: IndexPlace? = .order(.start)
        var count = 0
        while let current = place {
            let step = try await redis.store.scanIndex(from: current)
            if step.isNewStart { (members, isByScan) = ([], true) }
            var shown = 0
            step.withEachMember { token, score in
                members.append(Member(token: Self.text(token), score: Double(Self.text(score)) ?? .nan))
                shown += 1
            }
            #expect(shown == step.count && step.tokens.count == shown)
            place = step.next
            count += 1
            try await steps(count)
        }
        return (members, isByScan)
    }

    private static func scores(_ kind: String, _ random: inout SeededRandom) -> [Double] {
        let start = 1_700_000_000.0
        let odd: [Double] = [-.infinity, -5.5, 0, start, start + 0.5, start + 1, start * 1000, 1e300, .infinity]
        return switch kind {
        case "none": []
        case "one": [start]
        case "few": (0..<30).map { _ in Double(Int.random(in: -9...9, using: &random)) }
        case "dense": (0..<9000).map { _ in start + Double(Int.random(in: 0...600, using: &random)) }
        case "one second": (0..<4000).map { _ in start }
        case "fractions": (0..<5000).map { _ in Double.random(in: start...start + 100, using: &random) }
        case "gaps": (0..<6000).map { number in start + Double(number % 7) * 100_000 + Double(number % 40) }
        default: (0..<5000).map { _ in odd.randomElement(using: &random) ?? 0 }
        }
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    private func add(_ members: [Member], _ redis: RedisFixture) async throws {
        for start in stride(from: 0, to: members.count, by: 500) {
            let words = members[start..<min(start + 500, members.count)].flatMap { ["\($0.score)", $0.token] }
            try await redis.send([Array("ZADD".utf8), redis.keys.index] + words.map { Array($0.utf8) })
        }
    }

    @Test("shows each member once, with its score, whatever the scores are")
    func showsEachMemberOnce() async throws {
        try await RedisFixture.with { redis in
            var random = SeededRandom(named: "a walk by scores")
            for kind in ["none", "one", "few", "dense", "one second", "fractions", "gaps", "mixed"] {
                try await redis.send([Array("DEL".utf8), redis.keys.index])
                let scores = Self.scores(kind, &random)
                let members = scores.enumerated().map { Member(token: "t\($0)", score: $1) }.shuffled(using: &random)
                try await add(members, redis)
                let (shown, isByScan) = try await walk(redis)
                #expect(shown.count == members.count || isByScan, "\(kind)")
                #expect(Set(shown) == Set(members), "\(kind)")
                #expect(isByScan == (kind == "mixed"), "\(kind)")
            }
        }
    }

    @Test("is Redis' own where a second has more members than one step may show")
    func isByScanWhereASecondIsTooLarge() async throws {
        try await RedisFixture.with { redis in
            let few = (0..<3000).map { Member(token: "a\($0)", score: Double($0 % 10)) }
            let many = (0..<IndexOrder.greatestSecond).map { Member(token: "b\($0)", score: 10) }
            try await add(few + many, redis)
            let (shown, isByScan) = try await walk(redis)
            #expect(isByScan)
            #expect(Set(shown) == Set(few + many))
        }
    }

    @Test("is Redis' own for a user that may not ask by score")
    func isByScanWithoutTheRight() async throws {
        let users = ["reader on >secret ~* +@all -zrangebyscore"]
        try await RedisServer.withServer(RedisServerOptions(tcp: true, aclUsers: users)) { server in
            let settings = try RedisSettings(url: "redis://reader:secret@127.0.0.1:\(server.port)")
            try await RedisConnection.withConnection(settings) { connection in
                let redis = RedisFixture(server, connection)
                try await add([Member(token: "t", score: 7)], redis)
                let (shown, isByScan) = try await walk(redis)
                #expect(isByScan)
                #expect(shown == [Member(token: "t", score: 7)])
            }
        }
    }

    /// The platform's extend moves a score up, and the cleaner takes members away (contract section 2).
    @Test("meets each member that is there throughout, though others leave and scores go up")
    func meetsWhatIsThereThroughout() async throws {
        try await RedisFixture.with { redis in
            var random = SeededRandom(named: "a walk by scores")
            let members = (0..<8000).map { Member(token: "t\($0)", score: Double(1000 + $0 / 20)) }
            try await add(members, redis)
            var gone: Set<String> = []
            let shown = try await walk(redis) { _ in
                for _ in 0..<50 {
                    let member = members[Int.random(in: members.indices, using: &random)]
                    if Bool.random(using: &random) {
                        try await redis.send([Array("ZREM".utf8), redis.keys.index, Array(member.token.utf8)])
                        gone.insert(member.token)
                    } else {
                        let more = "\(Int.random(in: 1...600, using: &random))"
                        let words = ["XX", "INCR", more, member.token].map { Array($0.utf8) }
                        try await redis.send([Array("ZADD".utf8), redis.keys.index] + words)
                    }
                }
            }
            let missing = Set(members.map(\.token)).subtracting(shown.members.map(\.token)).subtracting(gone)
            #expect(missing.isEmpty)
            #expect(!shown.isByScan)
        }
    }
}
