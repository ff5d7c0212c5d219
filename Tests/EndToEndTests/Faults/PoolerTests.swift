import Foundation
import TestPlatform
import TestServers
import Testing

/// The program and the platform as clients of one pool, which lends connections for a transaction at a time.
@Suite(.postgres) struct PoolerTests {
    private static let commands: [[String]] = [
        ["doctor"], ["check", "--deep"], ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.1"],
        ["purge", "--stale", "--execute"], ["inspect", "gala"],
    ]

    @Test func noWriteOfThePlatformFailsAndNoSettingStaysOnItsConnections() async throws {
        try await withPool { platform, program, pool in
            try await platform.addHealthyEvents()
            _ = try await Fault.ttlRace.inject(into: platform, event: "broken")
            let untouched = try await platform.settings()
            let before = try await platform.settings(of: pool)
            #expect(before.count == pool.poolSize)
            for settings in before.values { #expect(settings == untouched) }

            for command in Self.commands {
                let run = try await platform.writing(through: pool) {
                    try await program.run(command, environment: pool.environment(for: platform))
                }
                #expect(run.status & 1 == 0, "\(command): \(run.message) \(run.output)")
            }
            for (backend, settings) in try await platform.settings(of: pool) {
                #expect(settings == untouched, "backend \(backend)")
            }
            try await expectAgreement(on: platform)
        }
    }

    @Test func aWorkerRunsBesideThePlatformsWrites() async throws {
        try await withPool { platform, program, pool in
            try await platform.addHealthyEvents()
            let untouched = try await platform.settings()
            let jobs = ["check", "purge", "rebuild"]
            let end = try await platform.writing(through: pool) {
                try await program.worker(
                    jobs.flatMap { ["--\($0)-every", "1"] } + ["--execute"],
                    environment: pool.environment(for: platform)
                ) { worker in
                    for job in jobs {
                        let runs = #"hold_reconciler_runs_total{job="\#(job)",result="clean"}"#
                        _ = try await worker.wait(for: "clean runs of \(job)") {
                            try await worker.metric(runs) ?? 0 >= 2 ? true : nil
                        }
                        #expect(try await worker.http.get("/readyz")?.status == 200)
                        #expect(
                            try await worker.metric(#"hold_reconciler_runs_total{job="\#(job)",result="failed"}"#) ?? 0
                                == 0)
                    }
                }
            }
            #expect(end.status == 0, "\(end.message)")
            for (backend, settings) in try await platform.settings(of: pool) {
                #expect(settings == untouched, "backend \(backend)")
            }
        }
    }

    private func withPool(_ body: (Platform, Program, PgBouncerServer) async throws -> Void) async throws {
        try await withPlatform { platform, program in
            try await PgBouncerServer.withServer(to: platform.postgres) { pool in
                try await body(platform, program, pool)
            }
        }
    }
}

extension PgBouncerServer {
    fileprivate func environment(for platform: Platform) -> [String: String?] {
        ["POSTGRES_CONNECTION_STRING": connectionString(database: platform.database)]
    }
}

extension Platform {
    private static let look = "SELECT string_agg(name || '=' || setting, E'\\n' ORDER BY name) FROM pg_settings"

    /// The settings of a connection that nobody else has had.
    fileprivate func settings() async throws -> String {
        try await sql(Self.look)
    }

    /// The settings of each of the pool's connections, by their backends.
    fileprivate func settings(of pool: PgBouncerServer) async throws -> [String: String] {
        var found: [String: String] = [:]
        // A connection is only made while all others are lent.
        for _ in 1...3 {
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 1...pool.poolSize {
                    group.addTask {
                        try await pool.psql(
                            database: database,
                            sql: "BEGIN; SELECT pg_backend_pid(); \(Self.look); SELECT pg_sleep(0.2); COMMIT")
                    }
                }
                for try await text in group {
                    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
                    found[String(lines[0])] = lines.dropFirst().dropLast().joined(separator: "\n")
                }
            }
            if found.count >= pool.poolSize { break }
        }
        return found
    }

    /// Runs `body` while a client of the pool writes, transaction after transaction.
    ///
    /// - Throws: also where one of its writes fails.
    fileprivate func writing<T: Sendable>(
        through pool: PgBouncerServer, _ body: @Sendable () async throws -> T
    ) async throws -> T {
        let write = "UPDATE events SET updated_at = now();\n"
        let hasEnded = Latch()
        async let writes: Int = {
            var count = 0
            repeat {
                try await pool.psql(database: database, sql: String(repeating: write, count: 20))
                count += 20
            } while !hasEnded.isOpen
            // And once more with nobody beside it.
            try await pool.psql(database: database, sql: String(repeating: write, count: 20))
            return count
        }()
        let result: Result<T, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        hasEnded.open()
        #expect(try await writes >= 20)
        return try result.get()
    }
}
