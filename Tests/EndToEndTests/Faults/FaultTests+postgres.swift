import Foundation
import TestPlatform
import TestServers
import Testing

/// What happens to PostgreSQL in the midst of a run.
extension FaultTests {
    enum End: CaseIterable {
        case session
        case statement
    }

    @Test(arguments: End.allCases) func postgresEndsTheSessionOrTheStatement(_ end: End) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let timeout = end == .session ? "600" : "5"
            let (run, aftermath) = try await beforeTheSecondLook(at: platform, program, timeout) { _, backend in
                if end == .session { try await platform.sql("SELECT pg_terminate_backend(\(backend))") }
            }
            #expect(run.status & 1 == 1)
            run.expectClear("PostgreSQL", end == .session ? "terminating connection" : "statement timeout")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    @Test func aSignalBeforeTheSecondLookIsNotHeldUpByALock() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let (run, aftermath) = try await beforeTheSecondLook(at: platform, program, "600") { pid, _ in
                kill(pid, SIGTERM)
            }
            // What was not looked at to the end is told, as with every stop.
            #expect(run.status == 12)
            #expect(run.output.contains("1 deferred"))
            run.expectClear("SIGTERM came")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    /// Locks what a run reads that has taken seats off sale, and looks again before it puts any back.
    ///
    /// - Parameters:
    ///   - timeout: of its statements, in seconds.
    ///   - body: gets the run and the session that waits; after it that session must end.
    private func beforeTheSecondLook(
        at platform: Platform, _ program: Program, _ timeout: String,
        _ body: @Sendable (_ run: pid_t, _ backend: pid_t) async throws -> Void
    ) async throws -> (run: Program.Run, aftermath: Aftermath) {
        try await TornEvent(platform: platform).add()
        let aftermath = try await Aftermath(of: platform, program)
        let live = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.1"]
        let breakpoint = Breakpoint(.after, 1) { $0.isWriting }
        let run = try await program.run(live + ["--statement-timeout", timeout], to: breakpoint) { pid, _ in
            try await platform.withLock(on: "orders") {
                breakpoint.release()
                try await body(pid, try await platform.waitForBackend(waitingFor: "Lock"))
                try await platform.waitForNoBackend()
            }
        }
        #expect(breakpoint.isMet)
        return (run, aftermath)
    }

    @Test func aTableIsLockedFromTheStart() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await TornEvent(platform: platform).add()
            let aftermath = try await Aftermath(of: platform, program)
            let dump = try await platform.redis.dumpAll()
            let run = try await platform.withLock(on: "ticket_categories") {
                try await program.run(Self.rebuild + ["--statement-timeout", "5"])
            }
            #expect(run.status == 1)
            run.expectClear("PostgreSQL", "statement timeout")
            #expect(try await platform.redis.dumpAll() == dump)
            try await aftermath.expectCompletion()
        }
    }

    /// Before the walk as well as in it.
    @Test(arguments: ["events", "orders"])
    func aSignalIsNotHeldUpByALock(on table: String) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await TornEvent(platform: platform).add()
            let aftermath = try await Aftermath(of: platform, program)
            let start = ContinuousClock.now
            let run = try await platform.withLock(on: table) {
                try await program.run(Self.rebuild + ["--statement-timeout", "600"]) { pid in
                    _ = try await platform.waitForBackend(waitingFor: "Lock")
                    kill(pid, SIGTERM)
                }
            }
            #expect(.now - start < .seconds(30))
            #expect(run.status == 8)
            run.expectClear("SIGTERM came")
            #expect(try await platform.redis.command("EXISTS", platform.leaseKey) == "0")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    /// A backend that is stopped cannot even end its statement.
    @Test func aSignalIsNotHeldUpByABackendThatDoesNotAnswer() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let start = ContinuousClock.now
            let run = try await platform.withLock(on: "orders") {
                let hasEnded = Latch()
                return try await program.run(["check", "--statement-timeout", "600"], hasEnded: hasEnded.open) { pid in
                    let backend = try await platform.waitForBackend(waitingFor: "Lock")
                    kill(backend, SIGSTOP)
                    kill(pid, SIGTERM)
                    try await hasEnded.wait()
                    kill(backend, SIGCONT)
                }
            }
            #expect(.now - start < .seconds(30))
            #expect(run.status == 8)
            run.expectClear("SIGTERM came")
        }
    }

    /// Then it cannot even be asked to end a statement.
    @Test func aSignalIsNotHeldUpByAServerThatDoesNotAnswer() async throws {
        try await PostgresServer.withServer(isOneOfMany: true) { postgres in
            try await PostgresServer.$current.withValue(postgres) {
                try await withPlatform { platform, program in
                    try await platform.addHealthyEvents()
                    let hasEnded = Latch()
                    let run = try await platform.withLock(on: "orders") {
                        try await program.run(["check", "--statement-timeout", "600"], hasEnded: hasEnded.open) { pid in
                            _ = try await platform.waitForBackend(waitingFor: "Lock")
                            let processes = try postgres.processes()
                            for process in processes { kill(process, SIGSTOP) }
                            let start = ContinuousClock.now
                            kill(pid, SIGTERM)
                            try await hasEnded.wait()
                            #expect(.now - start < .seconds(15))
                            for process in processes { kill(process, SIGCONT) }
                        }
                    }
                    #expect(run.status == 8)
                    run.expectClear("SIGTERM came")
                }
            }
        }
    }

    @Test func postgresNeverAnswers() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let run = try await platform.withLock(on: "orders") {
                let hasEnded = Latch()
                return try await program.run(["check", "--statement-timeout", "5"], hasEnded: hasEnded.open) { _ in
                    // A backend that is stopped while it waits cannot even end its statement when that is due.
                    let backend = try await platform.waitForBackend(waitingFor: "Lock")
                    kill(backend, SIGSTOP)
                    try await hasEnded.wait()
                    kill(backend, SIGCONT)
                }
            }
            #expect(run.status == 1)
            run.expectClear("no answer for 10")
        }
    }
}

extension PostgresServer {
    /// All of its processes, the first one before its children.
    fileprivate func processes() throws -> [pid_t] {
        let lock = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
        let first = try #require(lock.split(separator: "\n").first.flatMap { pid_t($0) })
        let children = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter {
            pid in
            // Behind the name, which may hold anything: state, parent. A process that has ended since has none.
            let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
            let fields = stat?.split(separator: ")").last?.split(separator: " ")
            return fields?.dropFirst().first.flatMap { pid_t($0) } == first
        }
        return [first] + children
    }
}

extension Platform {
    /// Holds a table for itself as long as `body` takes.
    func withLock<T: Sendable>(on table: String, _ body: () async throws -> T) async throws -> T {
        async let session = sql("BEGIN; LOCK TABLE \(table); SELECT pg_sleep(600)")
        let lock = "relation = '\(table)'::regclass AND mode = 'AccessExclusiveLock' AND granted"
        var pid = ""
        while pid.isEmpty { pid = try await sql("SELECT pid FROM pg_locks WHERE \(lock)") }
        let result: Result<T, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        try await sql("SELECT pg_terminate_backend(\(pid), 10000)")
        do { _ = try await session } catch is TestServerError {}
        return try result.get()
    }

    func waitForBackend(waitingFor event: String) async throws -> pid_t {
        while true {
            if let pid = pid_t(try await backends("AND wait_event_type = '\(event)' LIMIT 1")) { return pid }
        }
    }

    fileprivate func waitForNoBackend() async throws {
        while try await !backends().isEmpty {}
    }

    private func backends(_ condition: String = "") async throws -> String {
        try await sql(
            """
            SELECT pid FROM pg_stat_activity
            WHERE application_name = 'hold-reconciler' AND datname = current_database() \(condition)
            """)
    }
}
