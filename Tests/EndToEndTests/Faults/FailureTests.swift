import TestPlatform
import TestServers
import Testing

/// What goes wrong around the program: one clear line, its exit status, no secret.
@Suite(.postgres(PostgresServerOptions(tcp: true, password: "sql-secret"))) struct FailureTests {
    func expect(
        _ run: Program.Run, status: Int32, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.status == status, sourceLocation: sourceLocation)
        #expect(run.notices.count == 1, "\(run.message)", sourceLocation: sourceLocation)
        for word in words { #expect(run.message.contains(word), "\(run.message)", sourceLocation: sourceLocation) }
        for secret in ["sql-secret", "redis-secret", "wrong-secret"] {
            #expect(!(run.message + run.output).contains(secret), sourceLocation: sourceLocation)
        }
    }

    @Test func noCategoryIsVisible() async throws {
        try await withPlatform { _, program in
            expect(try await program("check"), status: 32, saying: "no category", "privileges", "--postgres")
            expect(
                try await program("rebuild", "--holds", "rebuild", "--execute"), status: 32,
                saying: "nothing was written")
        }
    }

    @Test func anEventThatSQLDoesNotHave() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            expect(try await program("check", "--event", "opera"), status: 32, saying: "'opera'", "--event")
            let two = try await program("check", "--event", "gala", "--event", "opera")
            expect(two, status: 32, saying: "'opera'")
        }
    }

    @Test func theKeyPrefixIsWrong() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let dump = try await platform.redis.dumpAll()
            for command in [["check"], ["rebuild", "--holds", "rebuild", "--execute"], ["purge", "--execute"]] {
                let run = try await program.run(command + ["--key-prefix", "eventix:prod:"])
                expect(run, status: 32, saying: "eventix:prod:", "eventix:test:inventory:", "--key-prefix")
            }
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    @Test func theSQLPasswordIsWrong() async throws {
        try await withPlatform { platform, program in
            let connection = platform.postgres.tcpConnectionString(
                database: platform.database, password: "wrong-secret")
            expect(
                try await program("check", "--postgres", connection), status: 1,
                saying: "password authentication failed")
        }
    }

    @Test func theRedisPasswordIsWrongOrMissing() async throws {
        try await withPlatform(redis: RedisServerOptions(tcp: true, password: "redis-secret")) { platform, program in
            try await platform.addHealthyEvents()
            #expect(try await program("check").status == 0)
            let wrong = try await program.run(["check"], environment: ["REDIS_PASSWORD": "wrong-secret"])
            expect(wrong, status: 1, saying: "WRONGPASS", "REDIS_PASSWORD")
            let missing = try await program.run(["check"], environment: ["REDIS_PASSWORD": nil])
            expect(missing, status: 1, saying: "NOAUTH", "REDIS_PASSWORD")
        }
    }

    @Test func aServerIsAway() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let redis = try await program("check", "--redis", "redis://127.0.0.1:1")
            expect(redis, status: 1, saying: "127.0.0.1:1", "refused", "is Redis running there?")
            let socket = try await program("check", "--redis", "unix:///nowhere/redis.sock")
            expect(socket, status: 1, saying: "/nowhere/redis.sock", "no such socket")
            let postgres = try await program("check", "--postgres", "host=127.0.0.1 port=1 dbname=tickets")
            expect(postgres, status: 1, saying: "127.0.0.1:1", "refused")
        }
    }

    @Test func theRedisIsAReplica() async throws {
        try await withPlatform(redis: RedisServerOptions(tcp: true)) { platform, program in
            try await platform.addHealthyEvents()
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            try await RedisServer.withServer(RedisServerOptions(replicaOf: platform.redis)) { replica in
                let check = try await program.run(["check", "--redis", replica.url])
                #expect(check.status == 2)
                let rebuild = try await program("rebuild", "--holds", "rebuild", "--execute", "--redis", replica.url)
                expect(rebuild, status: 1, saying: "READONLY", "replica", "primary")
            }
        }
    }

    @Test(arguments: [
        ["check", "--redis", "http://:redis-secret@host"], ["check", "--redis", "redis://:redis-secret@host/first"],
        ["check", "--redis", "redis://redis-secret?db=3"], ["check", "--claim-grace", "9223372036854775807"],
        ["rebuild", "--holds", "rebuild", "--finalize-grace", "31536001"], ["check", "--hold-ttl", "0"],
        ["check", "--max-findings", "-1"], ["check", "--nonsense"], ["rebuild"],
        ["rebuild", "--holds", "some"], ["inspect"], ["nonsense"],
    ]) func usageThatMakesNoSense(_ arguments: [String]) async throws {
        try await withPlatform { _, program in
            let run = try await program.run(arguments)
            #expect(run.status == 64)
            #expect(run.output.isEmpty)
            #expect(!run.message.contains("redis-secret"))
        }
    }

    @Test func nothingIsGiven() async throws {
        try await withPlatform { _, program in
            let run = try await program.run(["check"], environment: ["POSTGRES_CONNECTION_STRING": nil])
            #expect(run.status == 64)
            #expect(run.message.contains("POSTGRES_CONNECTION_STRING"))
        }
    }
}
