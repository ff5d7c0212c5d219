import Foundation
package import TestServers

/// A worker under test, while it runs.
package struct WorkerProcess: Sendable {
    package let pid: Int32
    package let http: HTTPPeer

    package enum Failure: Error {
        case noAnswer(path: String)
        case never(what: String)
        /// It ended before it answered.
        case endedAtStart(message: String)
    }

    /// One series of its metrics, by name and labels as they stand there.
    package func metric(_ series: String) async throws -> Double? {
        guard let reply = try await http.get("/metrics") else { throw Failure.noAnswer(path: "/metrics") }
        return reply.body.split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    /// A document of one of its paths; `nil` where the answer is not 200.
    package func json<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) async throws -> Value? {
        guard let reply = try await http.get(path) else { throw Failure.noAnswer(path: path) }
        return reply.status == 200 ? try JSONDecoder().decode(type, from: Data(reply.body.utf8)) : nil
    }

    /// Asks again and again until there is an answer.
    package func wait<Value>(
        for what: String, within limit: Duration = .seconds(120), _ question: () async throws -> Value?
    ) async throws -> Value {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let answer = try await question() { return answer }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw Failure.never(what: what)
    }
}

/// What `/runs` and `/runs/ID` say.
package struct WorkerRuns: Decodable, Sendable {
    package struct Entry: Decodable, Sendable {
        package let id: String
        package let job: String
        package let origin: String
        package let state: String
        package let result: String?
        package let exitStatus: Int32?
        package let startedAt: String?
    }

    package let runs: [Entry]
}

package struct WorkerRun: Decodable, Sendable {
    package let id: String
    package let state: String
    package let result: String?
    package let report: Document?
}

/// What `/schedule` says.
package struct WorkerSchedule: Decodable, Sendable {
    package struct Entry: Decodable, Sendable {
        package let nextInSeconds: Double
        package let failures: Int
        package let reason: String?
        package let missed: Int
    }

    package let jobs: [String: Entry]
}

extension Program {
    /// Runs a worker that listens on a socket of its own, runs `body` once it answers, and stops it as an operator does.
    ///
    /// - Parameter port: listens there instead, on what the environment says.
    /// - Returns: how it ended, and what it said.
    package func worker(
        _ arguments: [String], environment: [String: String?] = [:], port: Int? = nil, endsBy signal: Int32? = SIGTERM,
        _ body: @escaping @Sendable (WorkerProcess) async throws -> Void
    ) async throws -> Run {
        let socket = "\(platform.redis.folder)/worker-\(UInt32.random(in: 0...UInt32.max)).sock"
        let hasEnded = Latch()
        let http = HTTPPeer(port.map { .port($0) } ?? .unixSocket(socket))
        let hasStarted = Latch()
        let end = try await run(
            ["worker"] + arguments + (port == nil ? ["--listen", socket] : []), environment: environment,
            hasEnded: hasEnded.open
        ) { pid in
            let worker = WorkerProcess(pid: pid, http: http)
            while !hasEnded.isOpen {
                // Until it listens, connecting fails.
                if (try? await http.get("/healthz"))??.status == 200 { break }
                try await Task.sleep(for: .milliseconds(20))
            }
            guard !hasEnded.isOpen else { return }
            hasStarted.open()
            try await body(worker)
            if let signal { kill(pid, signal) }
        }
        guard hasStarted.isOpen else { throw WorkerProcess.Failure.endedAtStart(message: end.message) }
        return end
    }
}
