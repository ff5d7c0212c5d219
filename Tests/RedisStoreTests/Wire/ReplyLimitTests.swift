import HoldModel
import RedisStore
import Testing

/// What answers is not trusted to stop.
@Suite("a reply that is too large") struct ReplyLimitTests {
    private func failure(_ answers: [FakeServer.Answer]) async throws -> RedisError {
        try await FakeServer.with(answers) { settings, _ in
            let error = await #expect(throws: RedisError.self) {
                try await RedisConnection.withConnection(settings) { connection in
                    _ = try await connection.reply(to: RedisCommand("GET", "key"), "GET")
                }
            }
            return try #require(error)
        }
    }

    @Test(
        "loses the connection before the login is answered, where a word or two are enough",
        arguments: [
            "$16385\r\n", "$536870912\r\nx", "*64\r\n", "*2147483647\r\n", "+" + String(repeating: "x", count: 17_000),
            "-" + String(repeating: "x", count: 17_000),
            "*2\r\n$9000\r\n" + String(repeating: "x", count: 9000) + "\r\n$9000\r\n",
        ])
    func isRefusedBeforeLogin(_ start: String) async throws {
        let error = try await failure([.say(start)])
        guard case .tooMuch = error else { throw error }
        #expect(error.description.contains("more than is taken in"))
        #expect(isOneLine(error.description))
    }

    @Test(
        "loses the connection later, by what it announces and by what has come",
        arguments: [
            ("$67108865\r\n", "67108864 bytes"), ("*2097152\r\n", "2097152 values"),
            ("*2\r\n$5\r\nhello\r\n$67108860\r\n", "67108864 bytes"),
            (":" + String(repeating: "1", count: 3_000_000), "a line of more than 2097152 bytes"),
        ])
    func isRefusedLater(_ start: String, _ words: String) async throws {
        let error = try await failure([.say("+PONG\r\n"), .say(start)])
        guard case .tooMuch(_, let reason) = error else { throw error }
        #expect(reason.contains(words))
    }

    @Test("is not one that a key of a platform may hold")
    func isNotOneOfAPlatform() async throws {
        try await RedisFixture.with { redis in
            let error = await #expect(throws: RedisError.self) {
                try await redis.send("EVAL", "return redis.error_reply('ERR ' .. string.rep('x', 1048576))", "0")
            }
            guard case .refused = error else { throw try #require(error) }
            let large = try await redis.send("EVAL", "return {string.rep('x', 33554432), 1}", "0")
            #expect(large.array?.first?.bytes?.count == 33_554_432)
        }
    }

    @Test("a walk whose cursor comes again has no end, and is ended")
    func walkGoesRound() async throws {
        for cycle in [1, 2, 3, 7] {
            let pages = (0..<100).map { FakeServer.Answer.say("*2\r\n$1\r\n\($0 % cycle + 1)\r\n*0\r\n") }
            try await FakeServer.with([.say("+PONG\r\n")] + pages) { settings, _ in
                let error = await #expect(throws: RedisError.self) {
                    try await RedisConnection.withConnection(settings) { connection in
                        let store = HoldStore(
                            connection, ScriptRunner(connection, knowsScriptFlags: true), keys: KeySpace(prefix: "p:"))
                        try await store.scanKeys { _ in }
                    }
                }
                guard case .unexpectedReply? = error else { throw try #require(error) }
            }
        }
    }
}
