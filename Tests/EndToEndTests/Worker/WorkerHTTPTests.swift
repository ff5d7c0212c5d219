import Foundation
import TestPlatform
import TestServers
import Testing

/// What a worker answers, and to whom.
@Suite(.postgres) struct WorkerHTTPTests {
    static let token = ["HOLD_RECONCILER_TOKEN": "a token of the test's"]
    static let credentials = ["Authorization: Bearer a token of the test's"]

    @Test func aRunThatIsAskedForIsShownUntilItsReportIsThere() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let end = try await program.worker([], environment: Self.token) { worker in
                #expect(try await worker.http.get("/report")?.status == 404)
                let accepted = try await worker.http.post("/run/check", headers: Self.credentials)
                #expect(accepted?.status == 202)
                let place = try #require(accepted?.header("location"))
                let run = try await worker.wait(for: "the end of the run") {
                    try await worker.json(place, as: WorkerRun.self).flatMap { $0.state == "ended" ? $0 : nil }
                }
                #expect(run.result == "drift")
                #expect(run.report?.causes == ["ttl-race"])
                #expect(try await worker.json("/report", as: Document.self)?.exitStatus == 2)
                let runs = try #require(try await worker.json("/runs", as: WorkerRuns.self)).runs
                #expect(runs.map(\.id) == [run.id])
                #expect(runs.map(\.origin) == ["request"])
            }
            #expect(end.status == 0, "\(end.message)")
        }
    }

    @Test func theLastReportOfEachJobIsKept() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            _ = try await program.worker([], environment: Self.token) { worker in
                #expect(try await worker.http.get("/report/check")?.status == 404)
                for job in ["check"] + Array(repeating: "purge", count: 17) {
                    let reply = try await worker.http.post("/run/\(job)", headers: Self.credentials)
                    let place = try #require(reply?.header("location"))
                    _ = try await worker.wait(for: "the end of \(job)") {
                        try await worker.json(place, as: WorkerRun.self)?.report
                    }
                }
                let runs = try #require(try await worker.json("/runs", as: WorkerRuns.self)).runs
                #expect(!runs.contains { $0.job == "check" })
                #expect(try await worker.json("/report", as: Document.self)?.command == "purge")
                #expect(try await worker.json("/report/check", as: Document.self)?.causes == ["ttl-race"])
                #expect(try await worker.http.get("/report/rebuild")?.status == 404)
                #expect(try await worker.http.get("/report/all")?.status == 404)
            }
        }
    }

    @Test func aRunIsStartedWithTheTokenAloneAndOneAtATime() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            // A run that may write waits for its second look: it is still running when the second request comes, however
            // late that is.
            let arguments = ["--execute", "--release-after", "600"]
            _ = try await program.worker(arguments, environment: Self.token) { worker in
                for wrong in [
                    [], ["Authorization: Bearer wrong"], ["Authorization: Bearer "], ["Authorization: Basic YTpi"],
                    ["Authorization: a token of the test's"], Self.credentials + ["Authorization: Bearer wrong"],
                    ["authorization: Bearer a token of the test's "].map { $0 + "x" },
                ] {
                    let reply = try await worker.http.post("/run/rebuild", headers: wrong)
                    #expect(reply?.status == 401, "\(wrong)")
                    #expect(reply?.header("www-authenticate") == "Bearer")
                }
                // What would narrow a run down if it were understood must not start a whole one.
                #expect(try await worker.http.post("/run/check?event=a", headers: Self.credentials)?.status == 400)
                let narrowed = try await worker.http.post(
                    "/run/check", headers: Self.credentials, body: #"{"event":"a"}"#)
                #expect(narrowed?.status == 400)
                #expect(try await worker.http.get("/runs")?.body.contains("ended") == false)

                let first = try await worker.http.post("/run/rebuild", headers: Self.credentials)
                #expect(first?.status == 202)
                let second = try await worker.http.post("/run/check", headers: Self.credentials)
                #expect(second?.status == 409)
                #expect(second?.header("location") == first?.header("location"))
            }
        }
    }

    @Test func withoutATokenNobodyStartsARun() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            _ = try await program.worker([]) { worker in
                for headers in [[], ["Authorization: Bearer "], ["Authorization: Bearer null"]] {
                    let reply = try await worker.http.post("/run/check", headers: headers)
                    #expect(reply?.status == 403)
                    #expect(reply?.body.contains("HOLD_RECONCILER_TOKEN") == true)
                }
            }
        }
    }

    @Test func aRequestedRebuildWritesOnlyWhereTheWorkerMay() async throws {
        try await withPlatform { platform, program in
            let injection = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let dump = try await platform.redis.dumpAll()
            @Sendable func rebuild(by worker: WorkerProcess) async throws -> Document {
                let reply = try await worker.http.post("/run/rebuild", headers: Self.credentials)
                let place = try #require(reply?.header("location"))
                return try await worker.wait(for: "the end of the run") {
                    try await worker.json(place, as: WorkerRun.self)?.report
                }
            }
            _ = try await program.worker([], environment: Self.token) { worker in
                let report = try await rebuild(by: worker)
                #expect(!report.executed)
                #expect(try await platform.redis.dumpAll() == dump)
            }
            let environment = Self.token.merging(["HOLD_RECONCILER_EXECUTE": "1"]) { $1 }
            _ = try await program.worker(["--release-after", "0"], environment: environment) { worker in
                let report = try await rebuild(by: worker)
                #expect(report.executed)
                #expect(report.totals.applied == 1)
            }
            try await platform.expect(injection)
        }
    }

    @Test func readinessSaysWhichServerIsAway() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            _ = try await program.worker([]) { worker in
                // A server that is slow is away for a moment.
                _ = try await worker.wait(for: "both servers") {
                    try await worker.http.get("/readyz").flatMap { $0.status == 200 ? $0 : nil }
                }
                try await platform.sql("ALTER TABLE orders RENAME TO others")
                let unfit = try await worker.wait(for: "the schema's fault") {
                    try await worker.http.get("/readyz").flatMap { $0.body.contains("orders") ? $0 : nil }
                }
                #expect(unfit.status == 503)
                kill(platform.redis.pid, SIGSTOP)
                defer { kill(platform.redis.pid, SIGCONT) }
                let away = try await worker.wait(for: "Redis' silence") {
                    try await worker.http.get("/readyz").flatMap { $0.body.contains("Redis") ? $0 : nil }
                }
                #expect(away.status == 503)
                #expect(try await worker.http.get("/healthz")?.status == 200)
            }
        }
    }

    @Test func howeverOftenReadinessIsAskedTheServersAreAskedOnceASecond() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            _ = try await program.worker([]) { worker in
                func connections() async throws -> Int {
                    let stats = try await platform.redis.command("INFO", "stats")
                    let line = stats.split(whereSeparator: \.isNewline).first {
                        $0.hasPrefix("total_connections_received:")
                    }
                    return try #require(line.flatMap { Int($0.drop { $0 != ":" }.dropFirst()) })
                }
                let before = try await connections()
                let start = ContinuousClock.now
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<8 {
                        group.addTask {
                            for _ in 0..<25 {
                                let reply = try await worker.http.get("/readyz")
                                // Servers that are slow make it 503.
                                #expect([200, 503].contains(reply?.status))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                // The test's own question is one of them.
                let after = try await connections()
                #expect(Double(after - before - 1) <= seconds + 2)
            }
        }
    }

    @Test func withPortZeroThePortIsSaid() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let end = try await program.run(["worker", "--listen", "127.0.0.1:0"]) { pid in
                while kill(pid, 0) == 0, try !isListening(pid) { try await Task.sleep(for: .milliseconds(20)) }
                kill(pid, SIGTERM)
            }
            #expect(end.status == 0, "\(end.message)")
            let line = try #require(end.message.split(separator: "\n").first { $0.contains("listening on 127.0.0.1:") })
            #expect(line.split(separator: ":").last.flatMap { Int($0) } ?? 0 > 0)
        }
    }

    /// Whether one of the process' sockets is among those of /proc/net/tcp that listen (state 0A).
    private func isListening(_ pid: Int32) throws -> Bool {
        let folder = "/proc/\(pid)/fd"
        let sockets = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { descriptor in
            // A descriptor may be closed between the two calls.
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)")
        }
        let table = try String(contentsOfFile: "/proc/\(pid)/net/tcp", encoding: .utf8)
        return table.split(separator: "\n").dropFirst().contains { line in
            let fields = line.split(separator: " ")
            return fields[3] == "0A" && sockets.contains("socket:[\(fields[9])]")
        }
    }

    @Test func aPortThatIsTakenIsSaid() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let port = try FreePort.find()
            _ = try await program.worker(["--listen", "127.0.0.1:\(port)"], port: port) { _ in
                let second = try await program.run(["worker", "--listen", "127.0.0.1:\(port)"])
                #expect(second.status == 1)
                #expect(second.message.contains("cannot listen on 127.0.0.1:\(port): it is in use"))
                #expect(second.notices.count == 1)
            }
        }
    }
}
