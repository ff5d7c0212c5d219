import TestPlatform
import TestServers
import Testing

/// One run writes at a time (design section 4).
@Suite(.postgres) struct LeaseTests {
    @Test func aRunThatFindsAnothersLeaseNamesItAndWritesNothing() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            try await platform.redis.command("SET", platform.leaseKey, "host process 7", "PX", "3600000")
            let dump = try await platform.redis.dumpAll()
            for command in [["rebuild", "--holds", "rebuild", "--execute"], ["purge", "--execute"]] {
                let run = try await program.run(command)
                #expect(run.status == 16)
                #expect(run.message.contains("host process 7"))
                #expect(run.notices.count == 1)
            }
            #expect(try await platform.redis.dumpAll() == dump)
            #expect(try await program("check").status == 2)
            #expect(try await program("rebuild", "--holds", "rebuild").status == 2)
        }
    }

    @Test func theLeaseIsGivenBack() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            #expect(try await program("rebuild", "--holds", "rebuild", "--execute").status == 0)
            #expect(try await platform.redis.command("EXISTS", platform.leaseKey) == "0")
        }
    }
}

extension Platform {
    var leaseKey: String {
        keyPrefix + "hold-reconciler:lease"
    }
}
