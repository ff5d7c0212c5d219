import Foundation
import TestPlatform
import TestServers
import Testing

/// A run that loses a server, its time or its life leaves a state that is no worse, says so, and the next run completes
/// it (design section 6.4).
@Suite(.postgres) struct FaultTests {
    static let rebuild = ["rebuild", "--holds", "rebuild", "--traffic", "stopped", "--execute"]

    /// Stops a run over a torn event in the midst of its slices, and `body` lets something happen to it.
    ///
    /// - Parameter options: of the run, besides.
    func inTheMidst(
        of platform: Platform, _ program: Program, _ options: [String] = [],
        before: @escaping @Sendable (RedisCall) async throws -> Void = { _ in },
        body: @Sendable (Int32, RedisProxy) async throws -> Void
    ) async throws -> (run: Program.Run, aftermath: Aftermath) {
        try await TornEvent(platform: platform).add()
        let aftermath = try await Aftermath(of: platform, program)
        let breakpoint = Breakpoint(.after, 4) { $0.isWriting }
        let run = try await program.run(
            Self.rebuild + TornEvent.budget + options, to: breakpoint, before: before, body)
        #expect(breakpoint.isMet)
        return (run, aftermath)
    }

    @Test func stoppedForLongerThanItsLeaseItWritesNothingMore() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await TornEvent(platform: platform).add()
            let aftermath = try await Aftermath(of: platform, program)
            let breakpoint = Breakpoint(.after, 4) { $0.isWriting }
            let run = try await program.run(Self.rebuild + TornEvent.budget, to: breakpoint) { pid, _ in
                kill(pid, SIGSTOP)
                try await platform.redis.command("PEXPIRE", platform.leaseKey, "100")
                while try await platform.redis.command("EXISTS", platform.leaseKey) == "1" {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(try await program.run(Self.rebuild).status == 0)
                let dump = try await platform.redis.dumpAll()
                breakpoint.release()
                kill(pid, SIGCONT)
                try await waitForEnd(of: pid)
                #expect(try await platform.redis.dumpAll() == dump)
            }
            // The other run has given it back.
            #expect(run.status == 1)
            run.expectClear("lease")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM"), (SIGHUP, "SIGHUP")])
    func aSignalEndsTheRunAtAWholeStep(_ number: Int32, _ name: String) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.loseEvents(2100, holds: 1)
            let aftermath = try await Aftermath(of: platform, program)
            let breakpoint = Breakpoint(.after, 1) { $0.isWriting }
            let run = try await program.run(Self.rebuild + ["--format", "json"], to: breakpoint) { pid, _ in
                kill(pid, number)
                try await program.wait(for: "came: the run ends with this step", from: pid)
            }
            #expect(run.status & 8 == 8)
            run.expectClear("\(name) came")
            let totals = try run.document().totals
            #expect(totals.applied > 0 && totals.applied < 2100)
            #expect(try await platform.redis.command("EXISTS", platform.leaseKey) == "0")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    @Test func aTimeLimitEndsTheRun() async throws {
        try await withPlatform { platform, program in
            try await platform.addHealthyEvents()
            let run = try await program("check", "--time-limit", "0.001")
            #expect(run.status == 8 || run.status == 40)
        }
    }

    func waitForEnd(of pid: pid_t) async throws {
        while kill(pid, 0) == 0,
            try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8).contains(") Z") == false
        {
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
