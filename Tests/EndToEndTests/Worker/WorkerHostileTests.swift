import Foundation
import TestPlatform
import TestServers
import Testing

/// What strangers send: each gets its answer or loses its connection, learns nothing, and the worker lives on.
@Suite(.postgres) struct WorkerHostileTests {
    private func worker(_ body: @escaping @Sendable (WorkerProcess) async throws -> Void) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let end = try await program.worker([], environment: WorkerHTTPTests.token) { worker in
                try await body(worker)
                #expect(try await worker.http.get("/healthz")?.status == 200)
                #expect(try await worker.json("/runs", as: WorkerRuns.self)?.runs.isEmpty == true)
            }
            #expect(end.status == 0, "\(end.message)")
        }
    }

    @Test func bodiesAndHeadersHaveALimit() async throws {
        try await worker { worker in
            let large = String(repeating: "x", count: 1 << 20)
            #expect(
                try await worker.http.post("/run/check", headers: WorkerHTTPTests.credentials, body: large)?.status
                    == 413)
            #expect(try await worker.http.post("/nowhere", body: large)?.status == 413)
            let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
            let chunked = try await worker.http.send(
                "POST /run/check HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + String(repeating: chunk, count: 16) + "0\r\n\r\n")
            #expect(chunked?.status == 413)
            for head in [
                "GET /healthz HTTP/1.1\r\nX: \(large)\r\n\r\n", "GET /\(large) HTTP/1.1\r\nHost: w\r\n\r\n",
                "GET /healthz HTTP/1.1\r\n" + String(repeating: "X: y\r\n", count: 1000) + "\r\n",
                "GET /healthz HTTP/1.1\r\n\(large): y\r\n\r\n",
            ] {
                let reply = try await worker.http.send(head)
                #expect(reply.map { [400, 414, 431].contains($0.status) } ?? true, "\(String(describing: reply))")
            }
        }
    }

    private static let noRequests = [
        "\r\n\r\n", "GARBAGE\r\n\r\n", "GET\r\n\r\n", "GET /healthz\r\n\r\n", "GET /healthz HTTP/9.9\r\n\r\n",
        "G\u{0}T /healthz HTTP/1.1\r\n\r\n", "GET /heal\u{0}thz HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}", "*1\r\n$4\r\nPING\r\n",
        "POST /run/check HTTP/1.1\r\nHost: w\r\nContent-Length: -1\r\n\r\n",
        "POST /run/check HTTP/1.1\r\nHost: w\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /run/check HTTP/1.1\r\nHost: w\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
        "POST /run/check HTTP/1.1\r\nHost: w\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /run/check HTTP/1.1\r\nHost: w\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "GET /healthz HTTP/1.1\r\nHost: w\r\nX: a\r\n b\r\nConnection: close\r\n\r\n",
        "GET http://elsewhere/run/check HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n",
        "CONNECT elsewhere:443 HTTP/1.1\r\nHost: w\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]

    @Test func whatIsNoRequestIsAnError() async throws {
        try await worker { worker in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for bytes in Self.noRequests {
                    group.addTask {
                        let reply = try await worker.http.send(bytes)
                        #expect(
                            reply.map { (400..<500).contains($0.status) } ?? true,
                            "\(bytes): \(String(describing: reply))")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func whoIsSlowLosesTheConnection() async throws {
        try await worker { worker in
            // Their ends would come in more than three minutes: whoever waits for them is an error of the peer.
            let bytes = repeatElement("x", count: 4000)
            async let head = worker.http.drip(
                "GET /healthz HTTP/1.1\r\nX: ", then: bytes, every: .milliseconds(50))
            async let body = worker.http.drip(
                "POST /run/check HTTP/1.1\r\nHost: w\r\nContent-Length: 4000\r\n\r\n", then: bytes,
                every: .milliseconds(50))
            for reply in try await [head, body] {
                #expect(reply == nil || reply?.status == 400 || reply?.status == 408)
            }
        }
    }

    @Test func silentConnectionsKeepNobodyOut() async throws {
        try await worker { worker in
            // The silent ones themselves are given ten seconds.
            for _ in 1...3 {
                let start = ContinuousClock.now
                let status = try await worker.http.silent(100) { try await worker.http.get("/healthz")?.status }
                #expect(status == 200)
                #expect(ContinuousClock.now - start < .seconds(5))
            }
            let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker.pid)/fd").count
            #expect(descriptors < 100)
        }
    }

    @Test func underAStrangersNameNothingIsAnswered() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let port = try FreePort.find()
            let arguments = ["--listen", "127.0.0.1:\(port)", "--allowed-host", "worker.internal"]
            _ = try await program.worker(arguments, environment: WorkerHTTPTests.token, port: port) { worker in
                func status(_ path: String, _ host: String) async throws -> Int? {
                    try await worker.http.send("GET \(path) HTTP/1.1\r\n\(host)Connection: close\r\n\r\n")?.status
                }
                for path in ["/healthz", "/readyz", "/metrics", "/report", "/schedule", "/runs", "/"] {
                    #expect(try await status(path, "Host: evil.example:\(port)\r\n") == 421)
                }
                let post = "Content-Length: 0\r\n\(WorkerHTTPTests.credentials[0])\r\nConnection: close\r\n\r\n"
                let refused = try await worker.http.send("POST /run/check HTTP/1.1\r\nHost: evil.example\r\n" + post)
                #expect(refused?.status == 421)
                #expect(try await status("/runs", "Host: localhost\r\nHost: evil.example\r\n") != 200)
                #expect(try await status("/runs", "") != 200)
                for host in ["localhost", "LocalHost:1", "127.0.0.1:\(port)", "[::1]", "worker.internal"] {
                    #expect(try await status("/runs", "Host: \(host)\r\n") == 200)
                }
                #expect(try await worker.json("/runs", as: WorkerRuns.self)?.runs.isEmpty == true)
            }
        }
    }

    @Test func aClientThatDoesNotReadHoldsNothingUp() async throws {
        try await worker { worker in
            let requests = String(repeating: "GET /metrics HTTP/1.1\r\nHost: w\r\n\r\n", count: 50)
            async let greedy = worker.http.drip(
                requests, then: repeatElement(requests, count: 19), every: .milliseconds(1))
            for _ in 0..<20 { #expect(try await worker.http.get("/healthz")?.status == 200) }
            _ = try await greedy
        }
    }

    @Test("hundreds of requests on each of a hundred connections keep neither a health check nor a run away")
    func pipelinedRequestsKeepNobodyAway() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            _ = try await program.worker([], environment: WorkerHTTPTests.token) { worker in
                let alone = try await worker.secondsOfCheck()
                for path in ["/healthz", "/report", "/nowhere"] {
                    let requests = String(repeating: "GET \(path) HTTP/1.1\r\nHost: w\r\n\r\n", count: 200)
                    let beside = try await worker.http.unread(requests, on: 100) {
                        for _ in 1...5 {
                            let start = ContinuousClock.now
                            #expect(try await worker.http.get("/healthz")?.status == 200)
                            #expect(ContinuousClock.now - start < .seconds(5), "\(path)")
                        }
                        return try await worker.secondsOfCheck()
                    }
                    #expect(beside < 5 * alone + 1, "\(path): \(beside) s, alone \(alone) s")
                }
            }
        }
    }

    @Test("of what stands behind a request nothing is answered")
    func aConnectionIsForOneRequest() async throws {
        try await worker { worker in
            for request in [
                "GET /healthz HTTP/1.1\r\nHost: w\r\n\r\n",
                "POST /run/purge HTTP/1.1\r\nHost: w\r\nContent-Length: 2\r\n\r\n{}",
            ] {
                let reply = try #require(try await worker.http.send(String(repeating: request, count: 3)))
                #expect(reply.header("connection") == "close")
                #expect(!reply.body.contains("HTTP/1.1"))
            }
        }
    }

    @Test func noAnswerHoldsASecret() async throws {
        let secrets = ["redis-secret", "sql-secret", "a token of the test's"]
        try await withPlatform(redis: RedisServerOptions(password: "redis-secret")) { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let environment: [String: String?] = WorkerHTTPTests.token.merging([
                "POSTGRES_CONNECTION_STRING": platform.connectionString + " password=sql-secret",
                "REDIS_URL": platform.redis.url,
            ]) { $1 }
            let end = try await program.worker(["--check-every", "1"], environment: environment) { worker in
                _ = try await worker.wait(for: "a report") { try await worker.json("/report", as: Document.self) }
                // Nor in what it says when servers are away.
                try await platform.redis.command("CONFIG", "SET", "requirepass", "another")
                _ = try await worker.wait(for: "a failed run") {
                    try await worker.json("/report", as: Document.self).flatMap { $0.error == nil ? nil : $0 }
                }
                _ = try await worker.wait(for: "unreadiness") {
                    try await worker.http.get("/readyz").flatMap { $0.status == 503 ? $0 : nil }
                }
                let last = try #require(try await worker.json("/runs", as: WorkerRuns.self)?.runs.last)
                for path in [
                    "/healthz", "/readyz", "/metrics", "/report", "/schedule", "/runs", "/runs/\(last.id)", "/",
                    "/run/check", "/HoldReconcile",
                ] {
                    let get = try #require(try await worker.http.get(path))
                    let post = try #require(try await worker.http.post(path, headers: ["Authorization: Bearer x"]))
                    for reply in [get, post] {
                        for secret in secrets { #expect(!(reply.head + reply.body).contains(secret), "\(path)") }
                    }
                }
            }
            for secret in secrets { #expect(!end.message.contains(secret)) }
        }
    }
}

extension WorkerProcess {
    /// Starts a check and waits for its end.
    ///
    /// - Returns: how long that took.
    fileprivate func secondsOfCheck() async throws -> Double {
        let accepted = try await http.post("/run/check", headers: WorkerHTTPTests.credentials)
        let place = try #require(accepted?.header("location"))
        let start = ContinuousClock.now
        _ = try await wait(for: "the end of the check", within: .seconds(60)) {
            try await json(place, as: WorkerRun.self)?.report
        }
        return (ContinuousClock.now - start) / .seconds(1)
    }
}
