import RedisStore
import TestServers
import Testing

@Suite("a connection that breaks")
struct BrokenConnectionTests {
    private func failure(
        _ settings: RedisSettings, _ body: (RedisConnection) async throws -> Void = { _ in }
    ) async throws -> RedisError {
        let error = await #expect(throws: RedisError.self) {
            try await RedisConnection.withConnection(settings, body)
        }
        let found = try #require(error)
        #expect(isOneLine(found.description))
        return found
    }

    private func failure(_ answers: [FakeServer.Answer], timeout: Int64 = 30) async throws -> RedisError {
        try await FakeServer.with(answers) { settings, _ in
            var settings = settings
            settings.commandTimeout = timeout
            return try await failure(settings) { connection in
                _ = try await connection.reply(to: RedisCommand("GET", "key"), "GET")
            }
        }
    }

    @Test("is refused where nobody listens, over TCP and over a socket")
    func isRefused() async throws {
        // A port that was free a moment ago may be another test's by now.
        let closed = RedisSettings(endpoint: .tcp(host: "127.0.0.1", port: 1))
        #expect(try await failure(closed).description.hasSuffix(": connection refused; is Redis running there?"))
        let socket = RedisSettings(endpoint: .unixSocket(path: "/no/such/redis.sock"))
        #expect(
            try await failure(socket).description == "cannot connect to Redis at /no/such/redis.sock: no such socket")
        let nowhere = RedisSettings(endpoint: .tcp(host: "no-such-host.invalid", port: 6379))
        #expect(try await failure(nowhere).description.hasSuffix("the name no-such-host.invalid does not resolve"))
    }

    @Test("leads to something else than a Redis")
    func leadsElsewhere() async throws {
        let error = try await failure([.sayAndClose("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")])
        #expect(error.description.contains("does not speak the Redis protocol"))
        #expect(error.description.hasSuffix("check host, port and TLS"))
    }

    @Test("gets an answer that nothing was asked for")
    func getsAnswerTooMany() async throws {
        let error = try await failure([.say("+PONG\r\n+PONG\r\n"), .say("$5\r\nvalue\r\n")])
        guard case .notRedis = error else { throw error }
    }

    @Test("is told that there are clients enough, before or after it has asked")
    func isOneTooMany() async throws {
        let words = "ERR max number of clients reached"
        let error = try await failure([.say("+PONG\r\n-\(words)\r\n"), .silence])
        #expect(error.description.contains(words))
        #expect(try await failure([.sayAndClose("-\(words)\r\n")]).description.contains(words))
    }

    @Test("is closed by the server, at once or in the middle of a reply", arguments: ["", "$10\r\nhalf"])
    func isClosed(_ part: String) async throws {
        let error = try await failure([.say("+PONG\r\n"), .sayAndClose(part)])
        #expect(error.description.hasPrefix("the connection to Redis at 127.0.0.1:"))
        #expect(error.description.hasSuffix("run again when it is back, the next run completes this one"))
        // Before the first answer nothing was lost: the connection has never worked.
        let first = try await failure([.sayAndClose(part)])
        #expect(first.description.hasPrefix("cannot connect to Redis"))
    }

    @Test("gets no answer in time, at the start and later")
    func getsNoAnswer() async throws {
        for answers in [[], [FakeServer.Answer.say("+PONG\r\n")]] {
            let error = try await failure(answers, timeout: 1)
            #expect(error.description.contains("did not answer for 1 s"))
        }
    }

    @Test("answers slowly, which is no failure as long as something comes")
    func answersSlowly() async throws {
        try await RedisServer.withServer { server in
            var settings = try RedisSettings(url: server.url)
            settings.commandTimeout = 18
            try await RedisConnection.withConnection(settings) { connection in
                // Three answers are longer than the limit together, and none of them alone, on a slow machine either.
                let pause = RedisCommand("BLPOP", "nothing", "7")
                let replies = try await connection.replies(to: [pause, pause, pause])
                #expect(replies == [.null, .null, .null])
            }
            settings.commandTimeout = 1
            let error = try await failure(settings) { connection in
                _ = try await connection.reply(to: RedisCommand("CLIENT", "PAUSE", "600000", "ALL"), "CLIENT PAUSE")
                _ = try await connection.time()
            }
            guard case .timedOut = error else { throw error }
        }
    }

    @Test("fails every later command at once with its cause")
    func failsLaterCommands() async throws {
        try await RedisServer.withServer { server in
            let error = try await failure(try RedisSettings(url: server.url)) { connection in
                try await server.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                for _ in 1...3 {
                    let error = await #expect(throws: RedisError.self) { try await connection.time() }
                    guard case .connectionLost? = error else { return }
                }
                _ = try await connection.time()
            }
            guard case .connectionLost = error else { throw error }
        }
    }

    @Test("while it is quiet is found by a probe", .timeLimit(.minutes(10)))
    func isProbed() async throws {
        try await FakeServer.with([.say("+PONG\r\n")]) { settings, arrived in
            var settings = settings
            settings.idleTimeout = 1
            settings.commandTimeout = 1
            let error = try await failure(settings) { connection in
                var pieces = arrived.makeAsyncIterator()
                let ping = "*1\r\n$4\r\nPING\r\n"
                #expect(await [pieces.next(), pieces.next()] == [ping, ping])
                // The probe has been waiting for its answer; this command is behind it and gives no time more.
                _ = try await connection.time()
            }
            guard case .timedOut = error else { throw error }
        }
    }

    @Test(
        "to a server in a state in which it does not serve says what to do",
        arguments: [
            ("MASTERDOWN Link with MASTER is down", "give another address"),
            ("NOAUTH Authentication required.", "set REDIS_PASSWORD"),
        ])
    func isNotServed(_ words: String, _ advice: String) async throws {
        let error = try await failure([.say("-\(words)\r\n")])
        #expect(error.description.contains("refused PING: \(words); "))
        #expect(error.description.hasSuffix(advice) || error.description.contains(advice))
    }

    @Test("to a server that loads its data is waited for, and says so where that takes too long")
    func isWaitedFor() async throws {
        let loading = "-LOADING Redis is loading the dataset in memory\r\n"
        let answers = Array(repeating: FakeServer.Answer.say(loading), count: 100)
        let error = try await failure(answers, timeout: 1)
        #expect(error.description.contains("refused PING: LOADING"))
        #expect(error.description.contains("run again when it has finished"))
        let ready: [FakeServer.Answer] = [.say(loading), .say(loading), .say("+PONG\r\n"), .say("-ERR awake\r\n")]
        #expect(try await failure(ready, timeout: 10).description.contains("refused GET: ERR awake"))
    }

    @Test("of which PING alone is refused is used, and a login that is refused repeats nothing of what it was given")
    func isUsedWithoutPing() async throws {
        for words in ["MISCONF Errors writing", "ERR unknown command 'PING'", "NOPERM no permissions", "ERR failed"] {
            let error = try await failure([.say("-\(words)\r\n"), .say("-ERR awake\r\n")])
            #expect(error.description.contains("refused GET: ERR awake"))
        }
        for words in [
            "ERR unknown command 'AUTH', with args beginning with: 'my-Secret'", "my-Secret is wrong", "WRONG Secret",
        ] {
            try await FakeServer.with([.say("-\(words)\r\n")]) { settings, _ in
                var settings = settings
                settings.password = "my-Secret"
                let error = try await failure(settings)
                #expect(error.description.contains("refused the login (AUTH)"))
                #expect(!error.description.contains("Secret"))
            }
        }
    }

    @Test(
        "advice follows the code, also where Redis 6 puts it behind the place in a script",
        arguments: [
            ("MOVED 3999 127.0.0.1:6381", "MOVED", "the node of its slot"),
            ("MISCONF Redis is configured to save RDB snapshots", "MISCONF", "nothing was written"),
            (
                "ERR Error running script (call to f_2f): @user_script:54: @user_script: 54: "
                    + "-READONLY You can't write against a read only replica. ", "READONLY",
                "the address of its primary"
            ),
            (
                "ERR Error running script (call to f_2f): @user_script:9: @user_script: 9: -OOM command not allowed",
                "OOM", "at its maxmemory"
            ),
            ("ERR value is not an integer or out of range", "ERR", "out of range"),
        ])
    func adviceFollowsCode(_ message: String, _ code: String, _ advice: String) async throws {
        let error = try await failure([.say("+PONG\r\n"), .say("-\(message)\r\n")])
        #expect(error.code == code)
        #expect(error.description.contains(advice))
    }
}
