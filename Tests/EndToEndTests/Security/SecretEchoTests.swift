import Foundation
import TestPlatform
import TestServers
import Testing

/// Servers and libraries may repeat what they were given; the program must not.
@Suite(.postgres) struct SecretEchoTests {
    /// A Redis that does not know `AUTH` repeats its arguments.
    private static let echo = "-ERR unknown command 'AUTH', with args beginning with: 'redis-hunter2' \r\n"

    @Test("A password that Redis repeats is in no output, no log and no answer over HTTP")
    func whatRedisRepeatsIsNotTold() async throws {
        try await withPlatform { platform, program in
            let handling: RedisProxy.Handling = { call, forward in
                call.name == "AUTH" ? .reply(Array(Self.echo.utf8)) : .reply(try await forward())
            }
            try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                let environment: [String: String?] = ["REDIS_URL": proxy.url, "REDIS_PASSWORD": "redis-hunter2"]
                let log = "\(platform.redis.folder)/maintenance.log"
                for arguments in [
                    ["check", "--maintenance-log", log], ["check", "--format", "json", "--log-format", "json"],
                    ["purge"], ["inspect", "e1"], ["doctor"],
                    ["verify-api", "--api", "http://127.0.0.1:1", "--event", "a", "--category", "b", "--execute"],
                ] {
                    let run = try await program.run(arguments, environment: environment)
                    #expect(run.status == 1, "\(arguments)")
                    #expect((run.output + run.message).contains("AUTH"), "\(arguments): \(run.message)")
                    #expect(
                        !(run.output + run.message).contains("hunter2"), "\(arguments): \(run.message)\(run.output)")
                }
                #expect(try !String(contentsOfFile: log, encoding: .utf8).contains("hunter2"))
                try await expectSilence(of: program, environment)
            }
        }
    }

    @Test("A password in its right place is in no answer of a worker whose servers are away")
    func whatIsRightIsNotToldEither() async throws {
        try await withPlatform { _, program in
            try await expectSilence(
                of: program,
                [
                    "POSTGRES_CONNECTION_STRING":
                        "postgresql://app:sql-hunter2@127.0.0.1:1/t?schema=public&pool_timeout=0",
                    "REDIS_URL": "redis://:redis-hunter2@127.0.0.1:1",
                ])
        }
    }

    private func expectSilence(of program: Program, _ environment: [String: String?]) async throws {
        let end = try await program.worker(["--check-every", "1s"], environment: environment) { worker in
            _ = try await worker.wait(for: "a run") {
                try await worker.http.get("/report").flatMap { $0.status == 200 ? $0 : nil }
            }
            for path in [
                "/readyz", "/healthz", "/schedule", "/report", "/report/check", "/runs", "/metrics", "/hunter2",
            ] {
                let reply = try #require(try await worker.http.get(path))
                #expect(!reply.body.contains("sql-hunter2") && !reply.body.contains("redis-hunter2"), "\(path)")
            }
            let runs = try #require(try await worker.json("/runs", as: WorkerRuns.self)).runs
            let id = try #require(runs.first?.id)
            let reply = try #require(try await worker.http.get("/runs/\(id)"))
            #expect(!reply.body.contains("hunter2"))
        }
        #expect(!end.message.contains("hunter2"))
    }
}
