import Foundation
import TestPlatform
import TestServers
import Testing

/// A stand-in for the Azure Functions host, which starts the worker with a port and calls it when a timer fires.
@Suite(.postgres) struct FunctionsHostTests {
    private struct Reply: Decodable {
        struct Outputs: Decodable {}

        struct Value: Decodable {
            let job: String
            let result: String
            let exitStatus: Int32
        }

        let outputs: Outputs
        let logs: [String]
        let returnValue: Value

        enum CodingKeys: String, CodingKey {
            case outputs = "Outputs"
            case logs = "Logs"
            case returnValue = "ReturnValue"
        }
    }

    private static let envelope = """
        {"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"2026-01-01T00:00:00+00:00",\
        "Next":"2026-01-01T00:05:00+00:00","LastUpdated":"2026-01-01T00:00:00+00:00"},"IsPastDue":false}},\
        "Metadata":{"sys":{"MethodName":"HoldReconcile","UtcNow":"2026-01-01T00:05:00Z","RandGuid":"0"}}}
        """

    private func call(_ worker: WorkerProcess, _ body: String = envelope) async throws -> HTTPPeer.Reply {
        try #require(
            try await worker.http.post("/HoldReconcile", headers: ["Content-Type: application/json"], body: body))
    }

    private func reply(_ worker: WorkerProcess) async throws -> Reply {
        let answer = try await call(worker)
        #expect(answer.status == 200)
        return try JSONDecoder().decode(Reply.self, from: Data(answer.body.utf8))
    }

    @Test func aTimerRunsACheckAndGetsWhatCameOfIt() async throws {
        try await withPlatform { platform, program in
            let injection = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let dump = try await platform.redis.dumpAll()
            let port = try FreePort.find()
            let environment = ["FUNCTIONS_CUSTOMHANDLER_PORT": String(port)]
            let end = try await program.worker([], environment: environment, port: port) { worker in
                let reply = try await reply(worker)
                #expect(reply.returnValue.job == "check")
                #expect(reply.returnValue.exitStatus == 2)
                #expect(reply.logs.contains { $0.contains("ttl-race") && $0.contains("\(injection.seats) seats") })
                #expect(try await platform.redis.dumpAll() == dump)
                for wrong in [
                    "", "{}", "[]", "null", #"{"Data":7}"#, "{\"Data\":", String(repeating: "[", count: 5000),
                ] {
                    #expect(try await call(worker, wrong).status == 400, "\(wrong.prefix(20))")
                }
                #expect(try await worker.http.get("/HoldReconcile")?.status == 405)
                let page = try await worker.http.post(
                    "/HoldReconcile", headers: ["Origin: http://elsewhere"], body: Self.envelope)
                #expect(page?.status == 403)
                let rebound = try await worker.http.send(
                    "POST /HoldReconcile HTTP/1.1\r\nHost: evil.example\r\nContent-Length: \(Self.envelope.utf8.count)\r\n\r\n"
                        + Self.envelope)
                #expect(rebound?.status == 421)
                #expect(try await call(worker, String(repeating: " ", count: 100_000)).status == 413)
            }
            #expect(end.status == 0, "\(end.message)")
        }
    }

    @Test func theJobAndTheRightToWriteComeFromTheEnvironment() async throws {
        try await withPlatform { platform, program in
            let injection = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let port = try FreePort.find()
            for executes in [false, true] {
                let environment = [
                    "FUNCTIONS_CUSTOMHANDLER_PORT": String(port), "HOLD_RECONCILER_FUNCTION_JOB": "rebuild",
                    "HOLD_RECONCILER_EXECUTE": executes ? "1" : "0",
                ]
                _ = try await program.worker(["--release-after", "0"], environment: environment, port: port) { worker in
                    let reply = try await reply(worker)
                    #expect(reply.returnValue.job == "rebuild")
                    #expect(reply.returnValue.result == (executes ? "repaired" : "drift"))
                }
            }
            try await platform.expect(injection)
        }
    }

    @Test func aRunThatFailedIsAFailedFunction() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let port = try FreePort.find()
            let environment = ["FUNCTIONS_CUSTOMHANDLER_PORT": String(port), "REDIS_PASSWORD": "wrong"]
            _ = try await program.worker([], environment: environment, port: port) { worker in
                let answer = try await call(worker)
                #expect(answer.status == 500)
                let reply = try JSONDecoder().decode(Reply.self, from: Data(answer.body.utf8))
                #expect(reply.returnValue.result == "failed")
                #expect(reply.logs.contains { $0.contains("Redis") })
            }
        }
    }

    @Test func withoutSuchAHostThereIsNoFunction() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            _ = try await program.worker([]) { worker in
                let answer = try await call(worker)
                #expect(answer.status == 404)
                #expect(try await worker.json("/runs", as: WorkerRuns.self)?.runs.isEmpty == true)
            }
        }
    }
}
