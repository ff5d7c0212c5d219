import TestPlatform
import TestServers
import Testing

/// Commands that a managed Redis forbids, has renamed or refuses in its state: each costs what it is for, and no more.
@Suite(.postgres) struct OptionalCommandTests {
    /// One that a user may lack, and the word by which a report tells it; none where nothing is lost.
    private static let optional: [(command: String, told: String?)] = [
        ("info", "INFO"), ("ping", nil), ("time", "TIME"), ("evalsha_ro", nil), ("script|load", nil), ("zmscore", nil),
        ("watch", nil), ("dbsize", nil), ("memory", nil), ("latency", nil), ("config", nil), ("client", nil),
    ]

    @Test("A user that lacks one of them finds what the owner finds, and is told what is lost", arguments: optional)
    func isLacked(_ command: String, _ told: String?) async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            _ = try await Fault.lostHash.inject(into: platform, event: "lost")
            try await platform.redis.command("ACL", "SETUSER", "guest", "on", ">pw", "~*", "+@all", "-\(command)")
            let guest: [String: String?] = ["REDIS_USERNAME": "guest", "REDIS_PASSWORD": "pw"]
            try await expectEnough(program, told, environment: guest)
        }
    }

    @Test("One that was renamed, or fails, is no other than one that is lacked", arguments: ["INFO", "PING", "TIME"])
    func isRenamed(_ command: String) async throws {
        for answer in ["-ERR unknown command '\(command)', with args beginning with: \r\n", "-ERR internal error\r\n"] {
            try await withPlatform { platform, program in
                _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
                _ = try await Fault.lostHash.inject(into: platform, event: "lost")
                let handling: RedisProxy.Handling = { call, forward in
                    call.name == command ? .reply(Array(answer.utf8)) : .reply(try await forward())
                }
                try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                    try await expectEnough(
                        program, command == "PING" ? nil : command, environment: ["REDIS_URL": proxy.url])
                }
            }
        }
    }

    private func expectEnough(
        _ program: Program, _ told: String?, environment: [String: String?]
    ) async throws {
        let doctor = try await program.run(["doctor"], environment: environment)
        #expect(doctor.status == 0, "\(doctor.output)")
        let check = try await program.run(["check", "--format", "json"], environment: environment)
        #expect(check.status == 2, "\(check.message)")
        let seen = try check.document()
        #expect(seen.causes == ["lost-hash", "ttl-race"])
        expectTold(seen.warnings, check, told)
        let inspect = try await program.run(["inspect", "leaky"], environment: environment)
        #expect(inspect.status == 0, "\(inspect.message)")

        let rebuild = try await program.run(
            ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.1", "--format", "json"],
            environment: environment)
        let done = try rebuild.document()
        expectTold(done.warnings, rebuild, told)
        // Without Redis' clock nobody knows how far it lies apart, and nothing goes back on sale.
        #expect(rebuild.status == (told == "TIME" ? 4 : 0), "\(rebuild.message)")
        let left = try await program.run(["check"])
        #expect(left.status == (told == "TIME" ? 2 : 0), "\(left.output)")
        #expect(!left.output.contains("lost-hash"))
    }

    private func expectTold(_ warnings: [String], _ run: Program.Run, _ told: String?) {
        guard let told else {
            #expect(warnings == [])
            return
        }
        #expect(warnings.count { $0.contains("Redis refuses \(told)") } == 1, "\(warnings)")
        #expect(run.notices.count { $0.contains("Redis refuses \(told)") } == 1, "\(run.message)")
    }

    @Test("A Redis that cannot save its data refuses PING and every write, and is looked at all the same")
    func looksAtAServerThatCannotSave() async throws {
        let options = RedisServerOptions(arguments: ["--enable-protected-configs", "yes"])
        try await withPlatform(redis: options) { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            for words in [["SET", "save", "3600 1"], ["SET", "dir", "/proc"]] {
                try await platform.redis.command(["CONFIG"] + words)
            }
            try await platform.redis.command("BGSAVE")
            let end = ContinuousClock.now + .seconds(30)
            while try await !platform.redis.command("INFO", "persistence").contains("rdb_last_bgsave_status:err") {
                try #require(.now < end)
            }
            let check = try await program.report("check")
            #expect(check.exitStatus == 2)
            #expect(check.causes == ["ttl-race"])
            let doctor = try await program("doctor")
            #expect(doctor.status == 0, "\(doctor.output)")
            let rebuild = try await program("rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.1")
            #expect(rebuild.status == 1)
            #expect(rebuild.message.contains("MISCONF"))
            #expect(rebuild.message.contains("nothing was written"))
        }
    }

    @Test("A Redis that still loads its data is waited for, and told where that takes too long")
    func waitsForAServerThatLoads() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            let start = ContinuousClock.now
            let loading = Array("-LOADING Redis is loading the dataset in memory\r\n".utf8)
            let handling: RedisProxy.Handling = { call, forward in
                if ContinuousClock.now - start < .seconds(2) { return .reply(loading) }
                return .reply(try await forward())
            }
            try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                let check = try await program.run(["check", "--redis", proxy.url])
                #expect(check.status == 2, "\(check.message)")
            }
            try await RedisProxy.withProxy(to: platform.redis, handling: { _, _ in .reply(loading) }) { proxy in
                let check = try await program.run(["check", "--redis", proxy.url, "--redis-timeout", "1"])
                #expect(check.status == 1)
                #expect(check.message.contains("still loading its data"))
            }
        }
    }
}
