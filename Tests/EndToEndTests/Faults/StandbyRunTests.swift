import Foundation
import TestPlatform
import TestServers
import Testing

/// Runs whose SQL is a hot standby. The suite has a server of its own, since its standbys copy all of it.
@Suite(.postgres) struct StandbyRunTests {
    private static let writing: [[String]] = [
        ["rebuild", "--holds", "rebuild", "--execute"],
        ["rebuild", "--holds", "purge", "--execute", "--force", "--expect", "1"],
        ["rebuild", "--holds", "rebuild", "--execute", "--traffic", "stopped"],
        ["purge", "--stale", "--execute"], ["purge", "--all", "--execute", "--force", "--expect", "1"],
    ]

    @Test func whatWritesIsRefused() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "broken")
            try await platform.withStandby { standby in
                try await platform.sellMore()
                let dump = try await platform.redis.dumpAll()
                for command in Self.writing {
                    let run = try await program.run(command, environment: standby)
                    #expect(run.status == 1, "\(command)")
                    #expect(run.message.contains("is a hot standby"), "\(run.message)")
                    #expect(run.message.contains("give --postgres the primary"))
                    #expect(try await platform.redis.dumpAll() == dump)
                }
            }
        }
    }

    /// Whatever it would find may be what was not replayed.
    @Test(arguments: ["live", "stopped"]) func nothingIsFoundBesideAStandbyThatDoesNotReplay(_ traffic: String)
        async throws
    {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "broken")
            try await platform.withStandby(isPaused: true) { standby in
                try await platform.sellMore()
                let run = try await program.run(
                    ["check", "--deep", "--traffic", traffic, "--format", "json"], environment: standby)
                let document = try run.document()
                #expect(run.status == 4)
                #expect(document.snapshot.isStandby)
                #expect(document.findings.allSatisfy { $0.outcome == "deferred" })
                #expect(document.findings.contains { $0.detail?.contains("replays nothing") == true })
                #expect(document.warnings.contains { $0.contains("hot standby") && $0.contains("behind") })
                #expect(run.message.contains("PostgreSQL is a hot standby"))
                let audit = try await program.run(["check", "--audit-sql", "--format", "json"], environment: standby)
                let audited = try audit.document()
                #expect(audited.warnings.contains { $0.contains("open orders were not compared with their holds") })
                #expect(audited.causes.contains("sql-sold-differs") && !audited.causes.contains("order-seats-differ"))
                let purge = try await program.run(["purge", "--stale", "--format", "json"], environment: standby)
                #expect(try purge.document().findings.allSatisfy { $0.outcome == "deferred" })
                let inspect = try await program.run(["inspect", "broken"], environment: standby)
                #expect(inspect.output.contains("note: PostgreSQL is a hot standby"))
                let doctor = try await program.run(["doctor"], environment: standby)
                #expect(doctor.status == 0, "\(doctor.output)")
                #expect(doctor.output.contains("note  postgres standby: PostgreSQL is a hot standby"))
            }
        }
    }

    @Test func whatIsThereIsFoundOnceTheStandbyHasReplayedPastTheFirstLook() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "broken")
            try await platform.withStandby(delay: "500ms") { standby in
                try await platform.sellMore()
                // A primary that commits nothing says for half a minute nothing of where it stands.
                let hasEnded = Latch()
                async let commits: Void = {
                    while !hasEnded.isOpen {
                        try await platform.sql("SELECT pg_logical_emit_message(true, 'beat', '')")
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }()
                let run = try await program.run(["check", "--deep", "--format", "json"], environment: standby)
                hasEnded.open()
                try await commits
                let document = try run.document()
                #expect(run.status == 2, "\(run.output)")
                #expect(document.drift.allSatisfy { $0.event == "broken" && $0.outcome == "found" })
            }
        }
    }
}

extension Platform {
    /// Runs `body` with the environment of a run whose SQL is a standby of this platform's.
    ///
    /// - Parameters:
    ///   - delay: how much later it replays a commit.
    ///   - isPaused: whether it replays nothing that comes from here on.
    fileprivate func withStandby(
        delay: String = "0", isPaused: Bool = false, _ body: ([String: String?]) async throws -> Void
    ) async throws {
        let options = PostgresServerOptions(settings: ["recovery_min_apply_delay": delay])
        try await postgres.withHotStandby(options) { standby in
            try await standby.waitForReplay(of: postgres)
            if isPaused { try await standby.psql(sql: "SELECT pg_wal_replay_pause()") }
            try await body(["POSTGRES_CONNECTION_STRING": standby.connectionString(database: database)])
        }
    }

    /// Sells seats of an event that agrees: SQL first, then Redis, as the platform does.
    fileprivate func sellMore() async throws {
        try await addEvent("late", categories: [("late stalls", 100, 0)])
        let hold = try await acquire("buyer", event: "late", [Seats("late stalls", 8)])
        try await checkoutA(hold)
        try await sell(hold)
    }
}
