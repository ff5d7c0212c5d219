import Foundation
import Synchronization
import TestPlatform
import TestServers
import Testing

/// Everything that the program tells anybody, by the name of the place where it does.
final class Sinks: Sendable {
    private let program: Program
    private let environment: [String: String?]
    private let collected = Mutex<[(sink: String, text: String)]>([])

    init(_ program: Program, _ environment: [String: String?]) {
        self.program = program
        self.environment = environment
    }

    /// Runs every command in every format, a worker with all of its paths, an ingestion endpoint and an API beside, and
    /// returns what came out of each.
    ///
    /// - Parameter words: what the endpoint and the API answer with, besides what they were sent.
    static func all(
        of program: Program, _ secrets: PlantedSecrets, _ given: [String: String?], peersSay words: String
    ) async throws -> [(sink: String, text: String)] {
        let bodies = Mutex<[String]>([])
        let handling: HTTPServer.Handling = { request in
            if request.path.hasSuffix("/track") { bodies.withLock { $0.append(request.body) } }
            let said = "\(words) \(request.headers) \(request.body)"
            return .reply(request.path.hasSuffix("/track") ? 400 : 500, said, headers: ["x-echo": words])
        }
        return try await HTTPServer.withServer(handling: handling) { server in
            var environment = secrets.environment(given)
            environment["HOLD_RECONCILER_API_URL"] = server.url
            environment["APPLICATION_INSIGHTS_CONNECTION_STRING"] =
                "InstrumentationKey=\(secrets.ingestionKey);IngestionEndpoint=\(server.url)/"
            let sinks = Sinks(program, environment)
            try await sinks.runCommands()
            try await sinks.runWorker(logging: secrets.shape == .plain ? "text" : "json")
            // The endpoint's own key is in its envelopes, in these two places and no other.
            let key = secrets.ingestionKey
            for body in bodies.withLock({ $0 }) {
                sinks.add(
                    "telemetry",
                    body.replacing("\"iKey\":\"\(key)\"", with: "")
                        .replacing(".\(key.filter { $0 != "-" }).Event", with: ""))
            }
            return sinks.collected.withLock { $0 }
        }
    }

    private func add(_ sink: String, _ text: String) {
        collected.withLock { $0.append((sink, text)) }
    }

    private func runCommands() async throws {
        let log = "\(program.platform.redis.folder)/maintenance.log"
        let check = ["check", "--deep", "--max-findings", "50", "--maintenance-log", log]
        for arguments in [
            check, check + ["--format", "json", "--log-format", "json"], ["inspect", "gala"], ["doctor"],
            ["verify-api", "--event", "gala", "--category", "stalls", "--execute"],
            ["worker", "--show-config"], ["check", "--format", "nonsense"],
        ] {
            let run = try await program.run(arguments, environment: environment)
            let words = arguments.joined(separator: " ")
            add("stdout of \(words)", run.output)
            add("stderr of \(words)", run.message)
        }
        add("maintenance log", try String(contentsOfFile: log, encoding: .utf8))
    }

    private func runWorker(logging format: String) async throws {
        let arguments = ["--check-every", "1s", "--purge-every", "1s", "--log-format", format]
        let end = try await program.worker(arguments, environment: environment) { worker in
            _ = try await worker.wait(for: "runs of both jobs") {
                let check = try await worker.http.get("/report/check")?.status
                let purge = try await worker.http.get("/report/purge")?.status
                return check == 200 && purge == 200 ? true : nil
            }
            let id = try #require(try await worker.json("/runs", as: WorkerRuns.self)?.runs.first?.id)
            for path in [
                "/readyz", "/schedule", "/report", "/report/check", "/report/purge", "/runs", "/runs/\(id)", "/metrics",
                "/healthz",
            ] {
                let reply = try #require(try await worker.http.get(path))
                self.add(path, reply.head + reply.body)
            }
        }
        add("stderr of a worker, \(format)", end.message)
    }
}
