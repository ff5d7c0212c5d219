import HoldModel
import LuaScripts
import RedisStore
import TestOutcomes
import TestPlatform
import TestServers
import Testing

@Suite("a Lua script")
struct ScriptTests {
    private func lines(_ script: LuaScript) -> [Substring] {
        String(decoding: script.source, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    private func header(_ script: LuaScript) -> String {
        lines(script).prefix { $0.hasPrefix("--") }.joined(separator: "\n")
    }

    private func body(_ script: LuaScript) -> String {
        lines(script).drop { $0.hasPrefix("--") }.joined(separator: "\n")
    }

    @Test("says its purpose, its KEYS, its ARGV and its reply in its header", arguments: LuaScript.allCases)
    func hasHeader(_ script: LuaScript) {
        let header = header(script)
        #expect(header.hasPrefix("-- ") && header.contains("\n-- KEYS"))
        #expect(header.contains("\n-- ARGV") == body(script).contains("ARGV"))
        #expect(header.contains("\n-- Reply"))
    }

    @Test("uses no key and no argument by number that its header does not list", arguments: LuaScript.allCases)
    func usesWhatItLists(_ script: LuaScript) {
        for match in body(script).matches(of: /(KEYS|ARGV)\[[0-9]+\]/) {
            #expect(header(script).contains(match.output.0))
        }
    }

    @Test("carries no line of flags of its own, which Redis 6 would not take", arguments: LuaScript.allCases)
    func carriesNoFlags(_ script: LuaScript) {
        #expect(!script.source.starts(with: "#!".utf8))
    }

    @Test("is accepted by the server", arguments: LuaScript.allCases)
    func isAccepted(_ script: LuaScript) async throws {
        try await RedisFixture.with { redis in
            let digest = try await redis.send([Array("SCRIPT".utf8), Array("LOAD".utf8), script.source])
            #expect(digest.bytes?.count == 40)
        }
    }

    @Test("that the server lost is loaded again, once, and every call gets its own reply")
    func isLoadedAgain() async throws {
        try await RedisFixture.with { redis in
            let requests = (0..<200).map { event in
                SurveyRequest(
                    event: EventID("e\(event)"), categories: (0..<10).map { CategoryID("c\($0)") }, tokens: [])
            }
            for event in 0..<200 {
                try await redis.send("HSET", "eventix:test:inventory:e\(event):c7", "version", "\(event)")
            }
            for round in 1...3 {
                let surveys = try await redis.store.survey(requests)
                #expect(
                    surveys.map { $0.inventory[7].fence }
                        == (0..<200).map { Array("=----\("\($0)".utf8.count):\($0)".utf8) })
                #expect(try await redis.server.commandStats()["script|load"] == round)
                try await redis.send("SCRIPT", "FLUSH")
            }
        }
    }

    @Test("that only looks is flagged so, and runs while writes are paused for a failover")
    func thatLooksRunsWhileWritesArePaused() async throws {
        try await RedisFixture.with { redis in
            var settings = redis.connection.settings
            settings.commandTimeout = 5
            try await redis.send("CLIENT", "PAUSE", "60000", "WRITE")
            try await RedisConnection.withConnection(settings) { connection in
                let paused = RedisFixture(redis.server, connection)
                let request = SurveyRequest(event: EventID("e"), categories: [CategoryID("c")], tokens: [])
                let survey = try await paused.store.survey([request]).first
                #expect(survey?.inventory == [.absent])
                #expect(try await paused.store.places(of: [HoldToken("t")]) == [.noHash])
            }
            try await redis.send("CLIENT", "UNPAUSE")
        }
    }

    /// What the README asks for a user that only checks.
    @Test("that only looks runs for a user who may only read, and writes nothing", arguments: [true, false])
    func thatLooksRunsForReader(_ knowsFlags: Bool) async throws {
        let users = ["reader on >secret ~* -@all +@read +@connection +evalsha +evalsha_ro +script|load +info +time"]
        try await RedisServer.withServer(RedisServerOptions(tcp: true, aclUsers: users)) { server in
            try await server.command("HSET", "p:inventory:e:c", "version", "1", "pending", "2")
            try await server.command("HSET", "p:holds:t", "status", "held", "entries", "[]")
            try await server.command("ZADD", "p:holds:expiration-index", "5", "t")
            try await server.command("SET", "p:holds:odd", "text")
            let before = try await server.dumpAll()
            let url = "redis://reader:secret@127.0.0.1:\(server.port)"
            try await RedisConnection.withConnection(RedisSettings(url: url)) { connection in
                #expect(try await connection.facts().version != nil)
                let keys = KeySpace(prefix: "p:")
                let scripts = ScriptRunner(connection, knowsScriptFlags: knowsFlags)
                let store = HoldStore(connection, scripts, keys: keys)
                let survey = try await store.survey([
                    SurveyRequest(
                        event: EventID("e"), categories: [CategoryID("c")], tokens: [HoldToken("t"), HoldToken("odd")])
                ])
                #expect(survey.first?.holds.first?.score == .score(Array("5".utf8)))
                #expect(try await store.places(of: [HoldToken("t"), HoldToken("odd")]) == [.unknown, .unknown])
                #expect(try await store.inventory(at: [keys.inventory(EventID("e"), CategoryID("c"))]).count == 1)
                #expect(try await store.indexType() == "zset")
                try await store.scanKeys { _ in }
                try await store.scanIndex { _ in }
                #expect(try await store.platformKeyUnderAnotherPrefix() == nil)
                let lease = Lease(connection, scripts, keys: keys, name: "test", life: .seconds(3600))
                let repairs = HoldRepairs(connection, scripts, keys: keys, lease: lease, budget: ScriptBudget(keys: 9))
                await #expect(throws: RedisError.self) {
                    try await repairs.apply([
                        HoldChange(token: HoldToken("new"), fence: .absent, hash: .keep, index: .score(1))
                    ])
                }
            }
            #expect(try await server.dumpAll() == before)
        }
    }
}
