import Foundation
import TestPlatform
import TestServers
import Testing

/// What a program tells and takes does not follow the length of what servers say.
@Suite(.postgres) struct HugeTextTests {
    private static let megabyte = 1 << 20

    @Test("One token of a megabyte beside 300 findings: output, memory and time stay what they are")
    func ofAToken() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 1000, 10)])
            try await platform.redis.eval(
                "for n = 1, 300 do redis.call('ZADD', KEYS[1], n, 'stray-' .. n) end", keys: [platform.indexKey])
            let usual = try await program.measured(["check"])
            try await platform.redis.eval(
                "redis.call('ZADD', KEYS[1], 1, string.rep('y', \(Self.megabyte)))", keys: [platform.indexKey])
            for arguments in [["check"], ["check", "--format", "json"], ["purge"]] {
                let huge = try await program.measured(arguments)
                #expect(huge.run.status & 1 == 0, "\(huge.run.message.prefix(1000))")
                expectBounded(huge, beside: usual)
            }
        }
    }

    @Test("300 tokens of 100 kB each: the document keeps a megabyte of them whole")
    func ofManyTokens() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 1000, 10)])
            try await platform.redis.eval(
                "for n = 1, 300 do redis.call('ZADD', KEYS[1], n, string.rep('y', 100000) .. n) end",
                keys: [platform.indexKey])
            let huge = try await program.measured(["check", "--format", "json"])
            #expect(huge.run.output.utf8.count < 2_000_000)
            let holds = try huge.run.document().findings.compactMap(\.hold)
            #expect(holds.filter { $0.utf8.count > 100_000 }.count == 10)
            #expect(holds.filter { $0.contains("bytes left out") }.count == 290)
            let table = try await program.measured(["check"])
            #expect(table.run.output.utf8.count < 200_000)
        }
    }

    @Test("An error of a megabyte is told in a few kilobytes", arguments: ["redis", "postgres"])
    func ofAnError(_ server: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let words = "the start " + String(repeating: "x\u{1B}[31m", count: Self.megabyte / 6) + " the end"
            let log = "\(platform.redis.folder)/maintenance.log"
            let usual = try await program.measured(["check"])
            func expectBounded(_ environment: [String: String?]) async throws {
                for arguments in [
                    ["check", "--maintenance-log", log], ["check", "--format", "json", "--log-format", "json"],
                    ["doctor"],
                    ["inspect", "gala"],
                ] {
                    let huge = try await program.measured(arguments, environment: environment)
                    #expect(huge.run.status == 1)
                    #expect(huge.run.output.utf8.count + huge.run.message.utf8.count < 64_000)
                    #expect(
                        (huge.run.output + huge.run.message).contains("the start"), "\(huge.run.message.prefix(500))")
                    self.expectBounded(huge, beside: usual)
                }
                #expect(try Data(contentsOf: URL(fileURLWithPath: log)).count < 64_000)
            }
            if server == "postgres" {
                try await PostgresEcho.withServer(.refusesStatements, saying: words) { server in
                    try await expectBounded([
                        "POSTGRES_CONNECTION_STRING": "host=127.0.0.1 port=\(server.port) user=app dbname=t password=x"
                    ])
                }
            } else {
                let handling: RedisProxy.Handling = { call, forward in
                    if call.name == "PING" || call.name == "INFO" { return .reply(try await forward()) }
                    return .reply(Array("-ERR \(words)\r\n".utf8))
                }
                try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                    try await expectBounded(["REDIS_URL": proxy.url])
                }
            }
        }
    }

    private func expectBounded(
        _ huge: Program.Use, beside usual: Program.Use, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let output = huge.run.output.utf8.count + huge.run.message.utf8.count
        #expect(output < 2_000_000, sourceLocation: sourceLocation)
        #expect(huge.memory < 128 << 20, "\(huge.memory) bytes", sourceLocation: sourceLocation)
        #expect(huge.time < usual.time + 1, "\(huge.time), \(usual.time)", sourceLocation: sourceLocation)
    }
}
