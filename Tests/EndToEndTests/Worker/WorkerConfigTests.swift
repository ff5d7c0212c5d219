import Foundation
import TestPlatform
import TestServers
import Testing

/// Where a worker's settings come from.
@Suite(.postgres) struct WorkerConfigTests {
    /// Runs `worker` with a file of this text.
    private func run(
        _ program: Program, file: String, _ arguments: [String] = [], environment: [String: String?] = [:]
    ) async throws -> (run: Program.Run, path: String) {
        let path = "\(program.platform.redis.folder)/worker-\(UUID().uuidString).json"
        try Data(file.utf8).write(to: URL(fileURLWithPath: path))
        return (try await program.run(["worker", "--config", path] + arguments, environment: environment), path)
    }

    /// Value and origin of each setting that was shown.
    private func shown(_ run: Program.Run) -> [String: [String]] {
        Dictionary(
            uniqueKeysWithValues: run.output.split(separator: "\n").map { line in
                let words = line.split(separator: " ", maxSplits: 1).map(String.init)
                let rest = words[1].trimmingCharacters(in: .whitespaces).components(separatedBy: "  ")
                return (words[0], rest.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty })
            })
    }

    @Test func eachSettingComesFromTheFirstPlaceThatNamesIt() async throws {
        try await withPlatform { _, program in
            let file =
                #"{"checkEvery": "5m", "purgeEvery": 60, "listen": "/run/file.sock", "execute": true, "holdTTL": 300}"#
            let (run, path) = try await run(
                program, file: file, ["--show-config", "--check-every", "30s", "--lease-seconds", "9"],
                environment: [
                    "HOLD_RECONCILER_CHECK_EVERY": "10m", "HOLD_RECONCILER_LISTEN": "127.0.0.1:1",
                    "HOLD_RECONCILER_TOKEN": "token-secret", "REDIS_PASSWORD": "redis-secret",
                    "POSTGRES_CONNECTION_STRING": nil, "DATABASE_URL": "postgres://user:sql-secret@host/db",
                ])
            #expect(run.status == 0, "\(run.message)")
            let shown = shown(run)
            #expect(shown["checkEvery"] == ["30s", "option --check-every"])
            #expect(shown["purgeEvery"] == ["60", "file \(path)"])
            #expect(shown["rebuildEvery"] == ["off", "default"])
            #expect(shown["listen"] == ["127.0.0.1:1", "environment HOLD_RECONCILER_LISTEN"])
            #expect(shown["execute"] == ["1", "file \(path)"])
            #expect(shown["holdTTL"] == ["300", "file \(path)"])
            #expect(shown["token"] == ["(hidden)", "environment HOLD_RECONCILER_TOKEN"])
            #expect(shown["postgres"] == ["(hidden)", "environment DATABASE_URL"])
            #expect(shown["redisPassword"] == ["(hidden)", "environment REDIS_PASSWORD"])
            #expect(shown["functionPort"] == ["-", "not set"])
            #expect(shown["leaseSeconds"] == ["9", "option"])
            #expect(shown["attempts"] == ["6", "default"])
            #expect(!run.output.contains("secret"))
        }
    }

    @Test func noSettingIsLeftOut() async throws {
        try await withPlatform { _, program in
            let shown = shown(try await program("worker", "--show-config")).keys.map { $0.lowercased() }
            let help = try await ProgramHelp.of(program)
            let options = try #require(help["worker"])
            #expect(options.count > 25)
            for option in options where !["--show-config", "--help", "--version"].contains(option) {
                let name = option.replacing("-", with: "")
                #expect(shown.contains { $0 == name || $0 == name + "s" }, "\(option)")
            }
        }
    }

    @Test func whatOptionsAloneSetIsShown() async throws {
        try await withPlatform { _, program in
            let shown = shown(
                try await program(
                    "worker", "--show-config", "--abandoned-after", "2h", "--abandon-order", "4711",
                    "--max-findings", "7", "--log-format", "json"))
            #expect(shown["abandonedAfter"] == ["2h", "option"])
            #expect(shown["abandonOrder"] == ["4711", "option"])
            #expect(shown["maxFindings"] == ["7", "option"])
            #expect(shown["logFormat"] == ["json", "option"])
            #expect(shown["maintenanceLog"] == ["-", "default"])
        }
    }

    @Test func aFileAloneIsEnough() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let settings = [
                "postgres": platform.connectionString, "redis": platform.redis.url, "keyPrefix": platform.keyPrefix,
                "checkEvery": "1s",
            ]
            let path = "\(platform.redis.folder)/worker.json"
            try JSONEncoder().encode(settings).write(to: URL(fileURLWithPath: path))
            let environment: [String: String?] = [
                "POSTGRES_CONNECTION_STRING": nil, "REDIS_URL": nil, "REDIS_KEY_PREFIX": nil,
                "HOLD_RECONCILER_CONFIG": path,
            ]
            _ = try await program.worker([], environment: environment) { worker in
                let report = try await worker.wait(for: "a report") {
                    try await worker.json("/report", as: Document.self)
                }
                #expect(report.causes == ["ttl-race"])
            }
        }
    }

    @Test(arguments: [
        (#"{"chekEvery": "5m"}"#, "is it checkEvery?"),
        (#"{"hunter2secret": "5m"}"#, "a name in"), (#"{"token": "secret"}"#, "HOLD_RECONCILER_TOKEN"),
        (#"{"functionPort": 80}"#, "FUNCTIONS_CUSTOMHANDLER_PORT"), (#"{"checkEvery": "soon"}"#, "checkEvery in "),
        (#"{"checkEvery": 0}"#, "checkEvery in "), (#"{"checkEvery": 1.5}"#, "checkEvery in "),
        (#"{"listen": 8080}"#, "listen in "), (#"{"listen": "8080"}"#, "listen in "),
        (#"{"execute": "yes"}"#, "execute in "), (#"{"holdTTL": "600"}"#, "holdTTL in "),
        (#"{"redisPassword": ["secret"]}"#, "redisPassword in "), (#"{"postgres": null}"#, "postgres in "),
        ("[]", "object"), ("{", "JSON"), ("", "JSON"),
    ])
    func whatCannotBeMeantIsNamed(_ file: String, _ name: String) async throws {
        try await withPlatform { _, program in
            let (run, path) = try await run(program, file: file)
            #expect(run.status == 64)
            #expect(run.message.contains(name), "\(run.message)")
            #expect(run.message.contains(path))
            #expect(!run.message.contains("secret"))
        }
    }

    @Test(arguments: [
        (["HOLD_RECONCILER_CHECK_EVERY": "often"], "HOLD_RECONCILER_CHECK_EVERY"),
        (["HOLD_RECONCILER_LISTEN": "nowhere"], "HOLD_RECONCILER_LISTEN"),
        (["HOLD_RECONCILER_EXECUTE": "perhaps"], "HOLD_RECONCILER_EXECUTE"),
        (["FUNCTIONS_CUSTOMHANDLER_PORT": "0"], "FUNCTIONS_CUSTOMHANDLER_PORT"),
        (
            ["FUNCTIONS_CUSTOMHANDLER_PORT": "8080", "HOLD_RECONCILER_FUNCTION_JOB": "all"],
            "HOLD_RECONCILER_FUNCTION_JOB"
        ),
        (["HOLD_RECONCILER_CONFIG": "/nowhere/worker.json"], "/nowhere/worker.json"),
        (["HOLD_RECONCILER_SHARD": "0/2"], "HOLD_RECONCILER_SHARD"),
    ])
    func soIsAVariable(_ environment: [String: String], _ name: String) async throws {
        try await withPlatform { _, program in
            for arguments in [["worker"], ["worker", "--show-config"]] {
                let run = try await program.run(arguments, environment: environment)
                #expect(run.status == 64)
                #expect(run.message.contains(name), "\(run.message)")
            }
        }
    }

    @Test func aRedisThatTheEnvironmentNamesIsNotMixedWithTheFiles() async throws {
        try await withPlatform { _, program in
            let file = #"{"redis": "redis://elsewhere:1", "redisPort": 2}"#
            let (run, _) = try await run(
                program, file: file, ["--show-config"], environment: ["REDIS_URL": nil, "REDIS_HOST": "here"])
            let shown = shown(run)
            #expect(shown["redis"] == ["-", "not set"])
            #expect(shown["redisHost"] == ["here", "environment REDIS_HOST"])
            #expect(shown["redisPort"] == ["-", "not set"])
        }
    }
}
