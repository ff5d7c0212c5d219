import HoldModel
import RedisStore
import TestServers
import Testing

@Suite("a connection")
struct ConnectionTests {
    private func checkPing(_ url: String) async throws {
        let reply = try await RedisConnection.withConnection(RedisSettings(url: url)) { connection in
            try await connection.reply(to: RedisCommand("PING"), "PING")
        }
        #expect(reply == .status("PONG"))
    }

    @Test("reaches a server over TCP, and over its Unix socket")
    func reachesServer() async throws {
        try await RedisServer.withServer(RedisServerOptions(tcp: true)) { server in
            try await checkPing(server.url)
            try await checkPing("unix://\(server.socketPath)")
        }
    }

    @Test("logs in with a password of any characters, in the URL percent-encoded")
    func logsInWithPassword() async throws {
        let password = "p@ss:/?#[]%+ 🎫"
        let encoded = password.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
        try await RedisServer.withServer(RedisServerOptions(tcp: true, password: password)) { server in
            let url = "redis://:\(encoded)@127.0.0.1:\(server.port)"
            try await checkPing(url)
            let socket = "unix://:\(encoded)@\(server.socketPath)"
            try await checkPing(socket)
        }
    }

    @Test("logs in as a user")
    func logsInAsUser() async throws {
        try await RedisServer.withServer(
            RedisServerOptions(tcp: true, aclUsers: ["reader on >secret ~* +@all"])
        ) { server in
            let settings = try RedisSettings(url: "redis://reader:secret@127.0.0.1:\(server.port)")
            let who = try await RedisConnection.withConnection(settings) { connection in
                try await connection.reply(to: RedisCommand("ACL", "WHOAMI"), "ACL WHOAMI")
            }
            #expect(who.text == "reader")
        }
    }

    @Test("works for a user who may not PING")
    func worksWithoutPing() async throws {
        let users = ["reader on >secret ~* +@all -ping"]
        try await RedisServer.withServer(RedisServerOptions(tcp: true, aclUsers: users)) { server in
            let settings = try RedisSettings(url: "redis://reader:secret@127.0.0.1:\(server.port)")
            let time = try await RedisConnection.withConnection(settings) { try await $0.time() }
            #expect(time.milliseconds > 1_600_000_000_000)
        }
    }

    @Test("selects its database")
    func selectsDatabase() async throws {
        try await RedisServer.withServer(RedisServerOptions(tcp: true)) { server in
            try await RedisConnection.withConnection(RedisSettings(url: server.url + "/5")) { connection in
                _ = try await connection.reply(to: RedisCommand("SET", "key", "value"), "SET")
            }
            #expect(try await server.command(["-n", "5", "GET", "key"]) == "value")
            #expect(try await server.command("EXISTS", "key") == "0")
        }
    }

    @Test("tells version, role, run and clock of its server, and gaps where the user may not ask")
    func tellsFacts() async throws {
        let users = ["reader on >secret ~* +@all -info"]
        try await RedisServer.withServer(RedisServerOptions(tcp: true, aclUsers: users)) { server in
            let facts = try await RedisConnection.withConnection(RedisSettings(url: server.url)) {
                try await $0.facts()
            }
            let version = try #require(facts.version)
            #expect(try await server.command("INFO", "server").contains("redis_version:\(version)"))
            let runID = try #require(facts.runID)
            #expect(try await server.command("INFO", "server").contains("run_id:\(runID)"))
            #expect(facts.role == "master")
            #expect(facts.maxmemoryPolicy == "noeviction")
            #expect(!facts.isCluster)
            let reader = try RedisSettings(url: "redis://reader:secret@127.0.0.1:\(server.port)")
            let gaps = try await RedisConnection.withConnection(reader) { try await $0.facts() }
            #expect(gaps.version == nil)
            #expect(!gaps.knowsScriptFlags)
            #expect(try #require(gaps.time) >= #require(facts.time))
            #expect(gaps.lacks.count == 1 && gaps.lacks[0].hasPrefix("Redis refuses INFO (NOPERM"))
        }
    }

    @Test("script flags are known from Redis 7 on", arguments: [("6.2.14", false), ("7.0.0", true), ("10.1", true)])
    func scriptFlagsAreKnown(_ version: String, _ known: Bool) async throws {
        let info = "redis_version:\(version)\r\n"
        try await FakeServer.with([
            .say("+PONG\r\n"), .say("$\(info.utf8.count)\r\n\(info)\r\n"), .say("$0\r\n\r\n"), .say("$0\r\n\r\n"),
            .say("$0\r\n\r\n"), .say("*2\r\n$10\r\n1700000000\r\n$6\r\n123456\r\n"),
        ]) { settings, _ in
            let facts = try await RedisConnection.withConnection(settings) { try await $0.facts() }
            #expect(facts.knowsScriptFlags == known)
            #expect(facts.time?.milliseconds == 1_700_000_000_123)
        }
    }
}
