import LuaScripts
import RedisStore
import Testing

/// Values that are no numbers to Redis, or not those that they look like, and keys of other types: a script that cannot
/// use one has written nothing, since what a script has written stays when it fails.
@Suite("a writing script that meets an odd value")
struct OddValueTests {
    private static let numbers = [
        "", "-0", "00", "01", "-01", "+1", " 1", "1 ", "1.0", "1e3", "0x10", "nan", "inf", "x", "1\u{0}",
        "1000000000000000", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
    ]
    private static let fields = ["total", "sold", "pending", "available", "version"]

    /// A call of a script that is right where the keys hold what ``withKeys(_:)`` puts there.
    struct Call: Sendable, CustomTestStringConvertible {
        let script: LuaScript
        let keys: [String]
        let arguments: [String]

        var testDescription: String { script.rawValue }
    }

    private static let lease = "hold-reconciler:lease"
    private static let index = "holds:expiration-index"
    private static let close = [
        "held|100", "remove", "close", "expired", "releasedAt", "2033-05-18", "why", "2000000600",
    ]

    static let calls = [
        Call(
            script: .shift, keys: [lease, "inventory:e:c", "inventory:e:d"],
            arguments: ["me", "1", "0", "-2", "0", "1", "1"]),
        Call(
            script: .release, keys: [lease, index, "holds:t", "inventory:e:c", "inventory:e:d"],
            arguments: ["me", "held|100", "t", "2000000600", "2033-05-18", "why", "expired", "2", "3"]),
        Call(
            script: .apply, keys: [lease, index, "holds:t", "inventory:e:c"],
            arguments: ["me", "6", "fields", "1", "1", "{}"] + close
                + ["=2:101:11:41:51:7", "write", "10", "1", "2", "7", "8"]),
        Call(script: .join, keys: [lease, "common"], arguments: ["me", "5000", "shards:2"]),
        Call(script: .renew, keys: [lease, "common"], arguments: ["me", "5000", "shards:2"]),
        Call(script: .yield, keys: [lease, "common", "other"], arguments: ["me", "shards:2"]),
        Call(script: .yield, keys: [lease, "common"], arguments: ["me", "shards:2"]),
        Call(script: .unlink, keys: [lease, index], arguments: ["me"]),
    ]

    private func withKeys(_ body: (RedisFixture) async throws -> Void) async throws {
        try await RedisFixture.with { redis in
            try await reset(redis)
            try await body(redis)
        }
    }

    private func reset(_ redis: RedisFixture) async throws {
        try await redis.send("FLUSHALL")
        try await redis.send("SET", Self.lease, "me")
        try await redis.send("SET", "common", "shards:2")
        for category in ["c", "d"] {
            try await redis.send(
                "HSET", "inventory:e:\(category)", "total", "10", "sold", "1", "pending", "4", "available", "5",
                "version", "7")
        }
        try await redis.send("HSET", "holds:t", "status", "held", "expiresAtEpoch", "100")
        try await redis.send("ZADD", Self.index, "100", "t")
    }

    /// Runs a call.
    ///
    /// - Returns: whether it did what it is for; else it has refused, or failed.
    private func isDone(_ call: Call, _ redis: RedisFixture) async throws -> Bool {
        var command = RedisCommand("EVAL")
        command.append(call.script.source)
        command.append(Int64(call.keys.count))
        for word in call.keys + call.arguments { command.append(word) }
        guard let words = try await redis.connection.replies(to: [command]).first?.array else { return false }
        // Of plans it says where each was found changed.
        if call.script == .apply, words.count == 3 { return words[2].text == "" }
        return ["applied", "joined", "renewed", "yielded"].contains(words.first?.text)
    }

    private func expectAllOrNothing(_ call: Call, _ redis: RedisFixture, _ what: String) async throws {
        let before = try await redis.dump()
        if try await isDone(call, redis) { return }
        #expect(try await redis.dump() == before, "\(call.script.rawValue) with \(what)")
    }

    @Test("is right as it is called here", arguments: calls)
    func isRight(_ call: Call) async throws {
        try await withKeys { redis in
            let isDone = try await isDone(call, redis)
            #expect(isDone)
        }
    }

    @Test("in a hash writes all or nothing", arguments: calls.filter { [.shift, .release].contains($0.script) })
    func inAHash(_ call: Call) async throws {
        try await withKeys { redis in
            for key in call.keys.filter({ $0.hasPrefix("inventory:") }) {
                for (field, number) in Self.fields.flatMap({ field in Self.numbers.map { (field, $0) } }) {
                    try await reset(redis)
                    try await redis.send("HSET", key, field, number)
                    let before = try await redis.dump()
                    #expect(try await !isDone(call, redis), "\(call.script.rawValue) with \(field) \"\(number)\"")
                    #expect(try await redis.dump() == before, "\(call.script.rawValue) with \(field) \"\(number)\"")
                }
            }
        }
    }

    @Test("among its arguments writes all or nothing", arguments: calls.filter { $0.script != .apply })
    func amongItsArguments(_ call: Call) async throws {
        try await withKeys { redis in
            for place in call.arguments.indices.dropFirst() {
                for number in Self.numbers + ["0", "-1"] {
                    var arguments = call.arguments
                    arguments[place] = number
                    try await reset(redis)
                    try await expectAllOrNothing(
                        Call(script: call.script, keys: call.keys, arguments: arguments), redis,
                        "argument \(place + 1) \"\(number)\"")
                }
            }
        }
    }

    @Test("which is a key of another type writes all or nothing", arguments: calls)
    func asAKey(_ call: Call) async throws {
        try await withKeys { redis in
            for key in call.keys {
                for make in [
                    ["SET", key, "text"], ["HSET", key, "field", "1"], ["SADD", key, "1"], ["RPUSH", key, "1"],
                ] {
                    try await reset(redis)
                    try await redis.send("DEL", key)
                    try await redis.send(make.map { Array($0.utf8) })
                    try await expectAllOrNothing(call, redis, "\(make[0]) at \(key)")
                }
            }
        }
    }
}
