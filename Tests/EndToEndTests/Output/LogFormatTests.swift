import Foundation
import Synchronization
import TestPlatform
import TestServers
import Testing

/// The log for programs: every line on stderr is one JSON object, whatever happens.
@Suite(.postgres) struct LogFormatTests {
    struct Line: Decodable {
        let time: String
        let level: String
        let message: String
        let traceId: String
        let error: String?
        let phase: String?
    }

    static let trace = "0af7651916cd43dd8448eb211c80319c"
    static let variables: [String: String?] = ["TRACEPARENT": "00-\(trace)-b7ad6b7169203331-01"]

    func lines(of messages: [Substring], sourceLocation: SourceLocation = #_sourceLocation) throws -> [Line] {
        let lines = try messages.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        for line in lines {
            #expect(line.traceId == Self.trace && line.time.hasSuffix("Z"), sourceLocation: sourceLocation)
            #expect(line.message == line.message.lowercased(), sourceLocation: sourceLocation)
        }
        return lines
    }

    @Test func tellsTheEndOfARun() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let run = try await program.run(["check", "--log-format", "json"], environment: Self.variables)
            #expect(run.status == 2 && run.output.contains("ttl-race"))
            #expect(try lines(of: run.notices).map(\.message) == ["run finished"])
            #expect(try await program("check").notices.isEmpty)
        }
    }

    @Test func tellsProgress() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let isFirst = Mutex(true)
            let handling: RedisProxy.Handling = { call, forward in
                // Progress is told once a run has taken a second.
                let isToWait =
                    call.name == "HMGET"
                    && isFirst.withLock { isFirst in
                        defer { isFirst = false }
                        return isFirst
                    }
                if isToWait {
                    try await Task.sleep(for: .milliseconds(1100))
                }
                return .reply(try await forward())
            }
            try await RedisProxy.withProxy(to: platform.redis, handling: handling) { proxy in
                let variables = Self.variables.merging(["REDIS_URL": proxy.url]) { _, given in given }
                let run = try await program.run(["check", "--log-format=json"], environment: variables)
                let lines = try lines(of: run.message.split(separator: "\n"))
                #expect(run.status == 0)
                #expect(lines.first?.message == "run progresses" && lines.first?.phase?.isEmpty == false)
                #expect(lines.last?.message == "run finished")
            }
        }
    }

    /// What a worker says of one of its runs.
    private struct RunLine: Decodable {
        let message: String
        let traceId: String
        let run: String?
        let exitStatus: Int?
        let found: Int?
        let causes: String?
    }

    @Test func tellsWhatEachRunOfAWorkerFoundInATraceOfItsOwn() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let worker = try await program.worker(["--check-every", "1", "--log-format", "json"]) { worker in
                _ = try await worker.wait(for: "two runs") {
                    try await worker.metric(#"hold_reconciler_runs_total{job="check",result="drift"}"#) ?? 0 >= 2
                        ? true : nil
                }
            }
            let lines = try worker.notices.map { try JSONDecoder().decode(RunLine.self, from: Data($0.utf8)) }
            let ended = lines.filter { $0.message == "run ended" && $0.exitStatus == 2 }
            #expect(ended.count >= 2)
            #expect(ended.allSatisfy { $0.found == 1 && $0.causes == "ttl-race 1" })
            #expect(Set(ended.map(\.traceId)).count == ended.count)
            for line in ended {
                let begun = lines.filter { $0.message == "run begins" && $0.run == line.run }
                #expect(begun.map(\.traceId) == [line.traceId])
            }
            #expect(lines.contains { $0.message == "schedule" })
        }
    }

    @Test func tellsOfASignal() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let breakpoint = Breakpoint(.before, 1) { $0.name == "HMGET" }
            let arguments = ["check", "--log-format", "json"]
            // The program answers the signal before it is let go on.
            let run = try await program.run(arguments, to: breakpoint, environment: Self.variables) { pid, _ in
                kill(pid, SIGTERM)
                try await program.wait(for: "signal received", from: pid)
            }
            let lines = try lines(of: run.notices)
            #expect(lines.contains { $0.message == "signal received" && $0.level == "notice" })
            #expect(lines.last?.message == "run finished")
        }
    }

    @Test(arguments: [
        (["check", "--redis", "redis://127.0.0.1:1"], Int32(1), "run failed"),
        (["check", "--event", "opera"], 32, "run failed"),
        (["check", "--maintenance-log", "/nowhere/log"], 64, "command was not understood"),
        (["check", "--maintenance-log", "/dev/full"], 64, "command was not understood"),
        (["inspect", "opera"], 32, "command failed"), (["inspect"], 64, "command was not understood"),
        (["check", "--nonsense"], 64, "command was not understood"), (["nonsense"], 64, "command was not understood"),
        (["purge", "--stale", "--all"], 64, "command was not understood"),
    ])
    func tellsWhatWentWrong(_ arguments: [String], _ status: Int32, _ message: String) async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let run = try await program.run(arguments + ["--log-format", "json"], environment: Self.variables)
            #expect(run.status == status)
            let lines = try lines(of: run.notices)
            #expect(lines.contains { $0.message == message && $0.error?.isEmpty == false }, "\(run.message)")
        }
    }

    @Test func everyCommandTakesTheOption() async throws {
        try await withPlatform { _, program in
            let help = try await program("help").output
            let commands = help.split(separator: "\n").drop { $0 != "SUBCOMMANDS:" }.dropFirst()
                .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See") }
                .compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(commands.contains("check") && commands.contains("verify-api"))
            for command in commands {
                #expect(try await program("help", command).output.contains("--log-format"), "\(command)")
            }
        }
    }

    @Test func theVariableServesTooAndTheOptionWins() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let json = Self.variables.merging(["HOLD_RECONCILER_LOG_FORMAT": "json"]) { _, given in given }
            #expect(try lines(of: try await program.run(["check"], environment: json).notices).count == 1)
            #expect(try await program.run(["check", "--log-format", "text"], environment: json).notices.isEmpty)
            let wrong = try await program.run(["check"], environment: ["HOLD_RECONCILER_LOG_FORMAT": "xml"])
            #expect(wrong.status == 64 && wrong.message.contains("HOLD_RECONCILER_LOG_FORMAT"))
        }
    }
}
