import Foundation
import TestPlatform
import TestServers
import Testing

/// What a Prometheus server reads, read by Prometheus' own client library.
@Suite(.postgres) struct WorkerMetricsTests {
    private struct Sample: Decodable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private struct Family: Decodable {
        let name: String
        let type: String
        let documentation: String
        let samples: [Sample]

        func value(_ labels: [String: String] = [:], of name: String? = nil) -> Double? {
            samples.first { $0.labels == labels && $0.name == name ?? $0.name }?.value
        }
    }

    /// Reads the text strictly and gives it back as JSON; the library throws at what it cannot read.
    private static let parse = """
        import json, sys
        from prometheus_client.parser import text_string_to_metric_families as parse
        print(json.dumps([
            {"name": f.name, "type": f.type, "documentation": f.documentation,
             "samples": [{"name": s.name, "labels": s.labels, "value": s.value} for s in f.samples]}
            for f in parse(sys.stdin.read())]))
        """

    private func families(_ worker: WorkerProcess, in folder: String) async throws -> [String: Family] {
        let reply = try #require(try await worker.http.get("/metrics"))
        #expect(reply.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        let file = "\(folder)/metrics-\(UUID().uuidString)"
        try Data(reply.body.utf8).write(to: URL(fileURLWithPath: file))
        let python = try Tool("python3", in: ["/usr/bin"], installedBy: "python3-prometheus-client")
        let json = try await python.run(["-c", Self.parse], inputFile: file)
        let families = try JSONDecoder().decode([Family].self, from: Data(json.utf8))
        #expect(Set(families.map(\.name)).count == families.count)
        return Dictionary(uniqueKeysWithValues: families.map { ($0.name, $0) })
    }

    @Test func everySeriesIsThereBeforeTheFirstRunAndNoneComesAfter() async throws {
        try await withPlatform { platform, program in
            for fault in [Fault.ttlRace, .oversold, .orphanMember] {
                _ = try await fault.inject(into: platform, event: fault.rawValue)
            }
            _ = try await program.worker(["--check-every", "1h"], environment: WorkerHTTPTests.token) { worker in
                let folder = platform.redis.folder
                let before = try await families(worker, in: folder)
                for (name, family) in before {
                    #expect(!family.documentation.isEmpty, "\(name)")
                    #expect(["counter", "gauge", "histogram"].contains(family.type), "\(name)")
                    #expect(name.hasPrefix("hold_reconciler_") || name.hasPrefix("process_"))
                }
                #expect(before["hold_reconciler_runs"]?.samples.count == 21)
                #expect(before["hold_reconciler_runs"]?.samples.allSatisfy { $0.value == 0 } == true)
                for job in ["check", "rebuild", "purge"] {
                    _ = try await worker.http.post("/run/\(job)", headers: WorkerHTTPTests.credentials)
                    _ = try await worker.wait(for: "the end of \(job)") {
                        try await worker.json("/runs", as: WorkerRuns.self)?.runs.last
                            .flatMap { $0.job == job && $0.state == "ended" ? true : nil }
                    }
                }
                let after = try await families(worker, in: folder)
                func series(_ families: [String: Family]) -> Set<String> {
                    Set(
                        families.values.flatMap(\.samples).map { sample in
                            sample.name + "\(sample.labels.sorted { $0.key < $1.key })"
                        })
                }
                #expect(series(before) == series(after))
            }
        }
    }

    @Test func theySayWhatTheRunsSaw() async throws {
        try await withPlatform { platform, program in
            let leak = try await Fault.ttlRace.inject(into: platform, event: "leak")
            let oversold = try await Fault.oversold.inject(into: platform, event: "oversold")
            let environment = WorkerHTTPTests.token.merging(["HOLD_RECONCILER_EXECUTE": "1"]) { $1 }
            _ = try await program.worker(["--release-after", "0"], environment: environment) { worker in
                func run(_ job: String) async throws -> [String: Family] {
                    let reply = try await worker.http.post("/run/\(job)", headers: WorkerHTTPTests.credentials)
                    let place = try #require(reply?.header("location"))
                    _ = try await worker.wait(for: "the end of \(job)") {
                        try await worker.json(place, as: WorkerRun.self)?.report
                    }
                    return try await families(worker, in: platform.redis.folder)
                }
                let checked = try await run("check")
                let name = "hold_reconciler_"
                #expect(
                    checked[name + "drift_seats"]?.value(["job": "check", "cause": "ttl-race"]) == Double(leak.seats))
                #expect(checked[name + "drift_seats"]?.value(["job": "check", "cause": "oversold"]) == 0)
                #expect(checked[name + "noted"]?.value(["cause": "oversold"]) == 1)
                #expect(checked[name + "oversold_seats"]?.value() == Double(oversold.seats))
                #expect(checked[name + "drift_left"]?.value(["job": "check"]) == 1)
                #expect(checked[name + "findings"]?.value(["outcome": "found"]) == 1)
                #expect(checked[name + "runs"]?.value(["job": "check", "result": "drift"]) == 1)
                #expect(checked[name + "last_clean_pass_timestamp_seconds"]?.value(["job": "check"]) == 0)
                #expect(checked[name + "index_members"]?.value() == Double(try await platform.index().count))

                let repaired = try await run("rebuild")
                #expect(repaired[name + "events"]?.value(["outcome": "applied"]) == 1)
                #expect(repaired[name + "drift_left"]?.value(["job": "rebuild"]) == 0)
                #expect(
                    repaired[name + "script_duration_seconds"]?.value(of: name + "script_duration_seconds_count") == 1)

                let start = Date().timeIntervalSince1970
                let clean = try await run("check")
                #expect(clean[name + "drift_seats"]?.value(["job": "check", "cause": "ttl-race"]) == 0)
                // What the rebuild found and repaired.
                #expect(
                    clean[name + "drift_seats"]?.value(["job": "rebuild", "cause": "ttl-race"]) == Double(leak.seats))
                let pass = clean[name + "last_clean_pass_timestamp_seconds"]?.value(["job": "check"]) ?? 0
                #expect((start - 1...Date().timeIntervalSince1970 + 1).contains(pass))
                let durations = clean[name + "run_duration_seconds"]
                #expect(durations?.value(["job": "check"], of: name + "run_duration_seconds_count") == 2)
                let holds = clean[name + "holds"]?.samples.reduce(0) { $0 + $1.value }
                #expect(holds == clean[name + "scanned"]?.value(["kind": "holds"]))
                _ = try await worker.wait(for: "servers that answer in time") {
                    try await worker.http.get("/readyz").flatMap { $0.status == 200 ? $0 : nil }
                }
                let ready = try await families(worker, in: platform.redis.folder)[name + "ready"]
                #expect(ready?.value() == 1)
                let resident = try #require(clean["process_resident_memory_bytes"]?.value())
                #expect((1e6...1e9).contains(resident))
                #expect(clean["process_open_fds"]?.value() ?? 0 > 3)
            }
        }
    }
}
