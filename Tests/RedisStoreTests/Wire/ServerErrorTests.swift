import HoldModel
import RedisStore
import TestOutcomes
import TestPlatform
import Testing

@testable import TestServers

/// What real servers refuse: each error is one line that says what was tried, on what, and what to do.
@Suite("an error of the server")
struct ServerErrorTests {
    private func failure(
        _ settings: RedisSettings, _ body: (RedisConnection) async throws -> Void = { _ in }
    ) async throws -> RedisError {
        let error = await #expect(throws: RedisError.self) {
            try await RedisConnection.withConnection(settings, body)
        }
        let found = try #require(error)
        #expect(isOneLine(found.description))
        #expect(!found.description.contains("Secret"))
        return found
    }

    private let change = HoldChange(token: HoldToken("t"), fence: .absent, hash: .keep, index: .score(1))

    @Test("about a wrong password names neither password")
    func wrongPassword() async throws {
        try await RedisServer.withServer(RedisServerOptions(tcp: true, password: "right-Secret")) { server in
            let error = try await failure(try RedisSettings(url: "redis://me:wrong-Secret@127.0.0.1:\(server.port)"))
            #expect(
                error.description.hasPrefix(
                    "Redis at 127.0.0.1:\(server.port), user me refused the login (AUTH): WRONGPASS"))
            #expect(error.description.hasSuffix("; check REDIS_USERNAME and REDIS_PASSWORD"))
        }
    }

    @Test("about a missing password says where to give it")
    func missingPassword() async throws {
        try await RedisServer.withServer(RedisServerOptions(tcp: true, password: "right-Secret")) { server in
            let error = try await failure(try RedisSettings(url: server.url))
            #expect(error.code == "NOAUTH")
            #expect(error.description.hasSuffix("; a password is needed: set REDIS_PASSWORD, or put it into REDIS_URL"))
        }
    }

    @Test("about a password that the server does not ask for says to leave it out")
    func needlessPassword() async throws {
        try await RedisServer.withServer { server in
            let error = try await failure(try RedisSettings(url: "unix://:my-Secret@\(server.socketPath)"))
            #expect(error.description.hasSuffix("; this server has no password: leave REDIS_PASSWORD out"))
        }
    }

    @Test("about a database that it does not have names SELECT")
    func missingDatabase() async throws {
        try await RedisServer.withServer { server in
            let error = try await failure(try RedisSettings(url: server.url + "?db=99"))
            #expect(error.description.contains("database 99 refused SELECT: ERR DB index is out of range"))
        }
    }

    @Test("of a replica asks for the primary's address")
    func replica() async throws {
        try await RedisServer.withServer(RedisServerOptions(tcp: true)) { primary in
            try await RedisServer.withServer(RedisServerOptions(replicaOf: primary)) { replica in
                let error = try await failure(try RedisSettings(url: replica.url)) { connection in
                    _ = try await RedisFixture(replica, connection).repairs.apply([change])
                }
                #expect(error.code == "READONLY")
                #expect(error.description.contains("refused SET of the lease"))
                #expect(error.description.hasSuffix("; this is a replica: give the address of its primary"))
            }
        }
    }

    @Test("at maxmemory says so, and nothing was written: looks go on")
    func maxmemory() async throws {
        try await RedisFixture.with { redis in
            let seen = [
                EventPlan(
                    event: EventID("e"), standing: .differs, findings: [], holds: [change],
                    counts: [
                        CountChange(
                            category: CategoryID("c"), before: InventoryState("=----1:1"),
                            counts: Counts(total: 1, sold: 0, pending: 0, available: 1), version: 2, raise: 0)
                    ])
            ]
            try await redis.send("HSET", "eventix:test:inventory:e:c", "version", "1")
            try await redis.send("CONFIG", "SET", "maxmemory", "1")
            let before = try await redis.server.dumpAll()
            let error = await #expect(throws: RedisError.self) { _ = try await redis.repairs.apply(seen) }
            #expect(error?.code == "OOM")
            #expect(error?.description.contains("Redis is at its maxmemory: this was not written") == true)
            #expect(try await redis.server.dumpAll() == before)
            _ = try await redis.store.survey([
                SurveyRequest(event: EventID("e"), categories: [CategoryID("c")], tokens: [])
            ])
        }
    }

    @Test("that runs another script for too long names the remedy")
    func busy() async throws {
        let options = RedisServerOptions(arguments: ["--lua-time-limit", "1"])
        try await RedisFixture.with(options) { redis in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await redis.server.eval("while true do end") }
                var error: RedisError?
                while error == nil {
                    do {
                        _ = try await redis.store.time()
                    } catch let refusal as RedisError {
                        error = refusal
                    }
                }
                #expect(error?.code == "BUSY")
                #expect(
                    error?.description.hasSuffix(
                        "; another script is running for too long: find it with SLOWLOG, then run again") == true)
                try await redis.server.command("SCRIPT", "KILL")
                try await group.waitForAll()
            }
        }
    }

    @Test(
        "about a missing permission says what the user lacks, also inside of a script",
        arguments: ["-@scripting -multi", "-hmget"])
    func missingPermission(_ command: String) async throws {
        let users = ["limited on >secret ~* +@all \(command)"]
        try await RedisServer.withServer(RedisServerOptions(tcp: true, aclUsers: users)) { server in
            let error = try await failure(try RedisSettings(url: "redis://limited:secret@127.0.0.1:\(server.port)")) {
                connection in
                _ = try await RedisFixture(server, connection).store.survey([
                    SurveyRequest(event: EventID("e"), categories: [CategoryID("c")], tokens: [])
                ])
            }
            #expect(error.description.contains("permission"))
            #expect(error.description.hasSuffix("ops/deploy/redis has users with what each job needs"))
        }
    }

    @Test("of a cluster asks for a hash tag, with which it works")
    func cluster() async throws {
        // Its own port for talk among nodes would be the client's and 10000, which is not always a port.
        let words = ["--cluster-enabled", "yes", "--cluster-port", String(try FreePort.find())]
        try await RedisServer.withServer(RedisServerOptions(tcp: true, arguments: words)) { server in
            try await server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
            try await RedisConnection.withConnection(RedisSettings(url: server.url)) { connection in
                while try await connection.reply(to: RedisCommand("CLUSTER", "INFO"), "CLUSTER INFO").text?
                    .contains("cluster_state:ok") != true
                {}
                #expect(try await connection.facts().isCluster)
                let request = SurveyRequest(
                    event: EventID("e"), categories: [CategoryID("c")], tokens: [HoldToken("t")])
                let error = await #expect(throws: RedisError.self) {
                    try await RedisFixture(server, connection).store.survey([request])
                }
                #expect(error?.code == "CROSSSLOT")
                #expect(error?.description.contains("the key prefix needs a hash tag such as {tickets}:") == true)
                let tagged = try await RedisFixture(server, connection, prefix: "{tickets}:").store.survey([request])
                #expect(tagged.first?.inventory == [.absent])
            }
        }
    }
}
