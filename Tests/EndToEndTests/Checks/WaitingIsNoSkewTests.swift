import TestPlatform
import TestServers
import Testing

/// Time that is spent waiting for a server says nothing about its clock.
@Suite(.postgres) struct WaitingIsNoSkewTests {
    @Test("A Redis that tells its time late is not ahead or behind, and seats go back on sale")
    func aSlowRedis() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            let handling: RedisProxy.Handling = { call, forward in
                let reply = try await forward()
                if call.name == "TIME" { try await Task.sleep(for: .milliseconds(600)) }
                return .reply(reply)
            }
            try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                let run = try await program.run(
                    ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.1", "--max-skew", "0.3"],
                    environment: ["REDIS_URL": proxy.url])
                #expect(!run.output.contains("clocks"), "\(run.output)")
                #expect(run.status == 0, "\(run.output)")
            }
        }
    }

    @Test("Where Redis never answers, doctor finds fault with Redis alone")
    func aSilentRedis() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let silence: RedisProxy.Handling = { _, _ in
                try await Task.sleep(for: .seconds(600))
                return .reply([])
            }
            try await RedisProxy.withProxy(to: platform.redis, handling: silence) { proxy in
                let run = try await program.run(["doctor", "--redis", proxy.url, "--redis-timeout", "6"])
                let failures = run.output.split(separator: "\n").filter { $0.hasPrefix("FAIL") }
                #expect(failures.count == 1)
                #expect(failures.first?.hasPrefix("FAIL  redis: ") == true, "\(run.output)")
            }
        }
    }
}
