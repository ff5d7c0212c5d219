import Foundation
import TestPlatform
import TestServers
import TestTraffic

/// `acquire-latency [EVENTS]` measures how long the platform's acquire takes, with and without a rebuild beside it, on
/// throw-away servers with the rows of ops/bench/load-data (10 categories an event, 5 holds a category).
@main
enum AcquireLatency {
    static func main() async throws {
        let events = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000
        do {
            // The servers and their folders go with whatever ends this.
            try await untilSignalled { try await run(events: events) }
        } catch let ended as Signalled {
            exit(ended.exitStatus)
        }
    }

    private static func run(events: Int) async throws {
        try await PostgresServer.withServer(settings) { postgres in
            try await RedisServer.withServer { redis in
                let platform = Platform(postgres: postgres, redis: redis, keyPrefix: "eventix:bench:")
                try await platform.install()
                try await platform.load(events: events)
                let program = try Program(on: platform)
                try await expectDone(program("rebuild", "--holds", "rebuild", "--traffic", "stopped", "--execute"))
                try await measure(platform, program)
            }
        }
    }

    private static var settings: PostgresServerOptions {
        PostgresServerOptions(settings: ["shared_buffers": "256MB", "work_mem": "64MB", "max_wal_size": "8GB"])
    }

    private static func measure(_ platform: Platform, _ program: Program) async throws {
        let probe = try await AcquireProbe(platform)
        let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--time-limit", "120"]
        say("acquires of one client, 200 a second", "", "", "")
        say("", "p50 ms", "p99 ms", "max ms")
        let before = try await probe.during { try await Task.sleep(for: .seconds(10)) }
        say("quiet, before", before)
        let (healthy, looking) = try await measure(rebuild, platform, program, probe)
        say("rebuild, nothing to repair", healthy)
        try await platform.sql("UPDATE ticket_categories SET quantity_total = quantity_total + 1")
        let (repairing, writing) = try await measure(rebuild, platform, program, probe)
        say("rebuild, every category repaired", repairing)
        let after = try await probe.during { try await Task.sleep(for: .seconds(10)) }
        say("quiet, after", after)
        let quiet = Latencies(before, after)
        say("rebuild / quiet", healthy, over: quiet)
        say("repairing rebuild / quiet", repairing, over: quiet)
        say("scripts of the program in Redis", "longest ms", "<= 2 ms %", "<= 6 ms %")
        say("rebuild, nothing to repair", looking)
        say("rebuild, every category repaired", writing)
    }

    /// Acquires beside a rebuild, and how long the rebuild's scripts took.
    private static func measure(
        _ rebuild: [String], _ platform: Platform, _ program: Program, _ probe: AcquireProbe
    ) async throws -> (Latencies, ScriptTimes) {
        let log = try await ScriptLog(platform)
        let latencies = try await probe.during { try await expectDone(program.run(rebuild)) }
        // Each acquire of the probe was followed by a release.
        return (latencies, try await log.times(besides: 2 * latencies.count))
    }

    private static func expectDone(_ run: Program.Run) throws {
        // An event that moves all the time may be left for the next run, and so may what does not fit into the time.
        guard run.status & ~12 == 0 else { throw Program.NoDocument(status: run.status, message: run.message) }
    }

    private static func say(_ name: String, _ latencies: Latencies) {
        say(
            name + " (\(latencies.count) in \(decimal(latencies.seconds)) s)", decimal(latencies.median),
            decimal(latencies.ninetyNinth), decimal(latencies.greatest))
    }

    private static func say(_ name: String, _ times: ScriptTimes) {
        say(
            name + " (\(times.count) scripts)",
            times.longest.map { decimal($0) } ?? "< \(decimal(ScriptLog.threshold))",
            decimal(times.percentage(within: 2)), decimal(times.percentage(within: 6)))
    }

    private static func say(_ name: String, _ latencies: Latencies, over quiet: Latencies) {
        say(
            name, decimal(latencies.median / quiet.median), decimal(latencies.ninetyNinth / quiet.ninetyNinth),
            decimal(latencies.greatest / quiet.greatest))
    }

    private static func say(_ words: String...) {
        let columns = words.enumerated().map { column, word in
            let padding = String(repeating: " ", count: max((column == 0 ? 56 : 10) - word.count, 0))
            return column == 0 ? word + padding : padding + word
        }
        FileHandle.standardOutput.write(Data((columns.joined(separator: " ") + "\n").utf8))
    }

    private static func decimal(_ number: Double) -> String {
        let hundredths = Int((number * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100)." + (fraction < 10 ? "0" : "") + "\(fraction)"
    }
}

extension Platform {
    /// The rows that the other benchmarks use.
    fileprivate func load(events: Int) async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("ops/bench/load-data.sql")
        let rows = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        try await sql("\\set events \(events)\n\\set categories 10\n\\set orders 5\n" + rows)
    }
}
