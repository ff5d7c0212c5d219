import Foundation
import LuaScripts
import Synchronization
import TestPlatform
import TestServers
import Testing

/// What happens to Redis, and to the way there, in the midst of a run.
extension FaultTests {
    @Test func redisDies() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            // Whoever waited for an answer would say so, and not before its patience of an hour is over.
            let (run, _) = try await inTheMidst(of: platform, program) { _, _ in
                kill(platform.redis.pid, SIGKILL)
            }
            #expect(run.status == 1)
            run.expectClear("connection to Redis", "the next run completes this one")
        }
    }

    @Test func redisIsFlushed() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let (run, aftermath) = try await inTheMidst(of: platform, program) { _, _ in
                try await platform.redis.flushAll()
            }
            #expect(run.status & 17 != 0)
            run.expectClear("flushed")
            try await aftermath.expectNoWorse(keeping: .nothing)
            try await aftermath.expectCompletion()
        }
    }

    enum Backup: CaseIterable {
        case none
        case beforeTheRun
        case complete
    }

    @Test(arguments: Backup.allCases) func redisRestarts(with backup: Backup) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let isFirstWrite = Mutex(true)
            let (run, aftermath) = try await inTheMidst(
                of: platform, program,
                before: { call in
                    guard call.isWriting, isFirstWrite.withLock({ $0 }) else { return }
                    isFirstWrite.withLock { $0 = false }
                    if backup == .beforeTheRun { try await platform.redis.command("SAVE") }
                }
            ) { _, _ in
                if backup == .complete { try await platform.redis.command("SAVE") }
                try await platform.redis.restart()
            }
            #expect(run.status == 1)
            run.expectClear("connection to Redis", "the next run completes this one")
            try await aftermath.expectNoWorse(keeping: backup == .none ? .nothing : .everything)
            try await aftermath.expectCompletion()
        }
    }

    @Test(arguments: ["WRITE", "ALL"]) func redisIsPaused(_ mode: String) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let (run, aftermath) = try await inTheMidst(of: platform, program) { _, _ in
                try await platform.redis.command("CLIENT", "PAUSE", "1500", mode)
            }
            #expect(run.status == 0, "\(run.message)")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    @Test func redisIsPausedForLongerThanTheLease() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let (run, aftermath) = try await inTheMidst(of: platform, program) { _, _ in
                // As if the run had been unable to renew it for so long.
                try await platform.redis.command("PEXPIRE", platform.leaseKey, "500")
                try await platform.redis.command("CLIENT", "PAUSE", "1500", "ALL")
            }
            // Nobody else has it.
            #expect(run.status == 1)
            run.expectClear("the lease of this run is gone", "held up for longer")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    @Test func aSignalIsToldOfWhereRedisDoesNotAnswer() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await TornEvent(platform: platform).add()
            let breakpoint = Breakpoint(.after, 2) { $0.isWriting }
            let run = try await program.run(
                Self.rebuild + TornEvent.budget + ["--redis-timeout", "7"], to: breakpoint
            ) { pid, _ in
                kill(platform.redis.pid, SIGSTOP)
                breakpoint.release()
                kill(pid, SIGTERM)
                try await program.wait(for: "still waits for a server", from: pid)
                try await waitForEnd(of: pid)
                kill(platform.redis.pid, SIGCONT)
            }
            #expect(run.status & 9 == 9)
            #expect(run.message.contains("did not answer for 7 s"))
        }
    }

    @Test func redisIsPausedForLongerThanTheRunWaits() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let (run, aftermath) = try await inTheMidst(of: platform, program, ["--redis-timeout", "5"]) { _, _ in
                try await platform.redis.command("CLIENT", "PAUSE", "8000", "ALL")
            }
            #expect(run.status == 1)
            run.expectClear("did not answer for 5 s", "--redis-timeout")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }

    /// What became of a writing script whose reply is cut is not known to the run: the next one sees.
    @Test(arguments: [(1, false), (2, false), (1, true), (4, true)])
    func theConnectionIsCutInAReply(_ number: Int, ofAWrite isWrite: Bool) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await TornEvent(platform: platform).add()
            let aftermath = try await Aftermath(of: platform, program)
            let breakpoint = Breakpoint(.inReply(bytes: 5), number) { call in
                isWrite ? call.isWriting : call.luaScript == .survey
            }
            let run = try await program.run(Self.rebuild + TornEvent.budget, to: breakpoint) { _, _ in }
            #expect(breakpoint.isMet)
            #expect(run.status & 1 == 1)
            run.expectClear("connection to Redis", "the next run completes this one")
            try await aftermath.expectNoWorse()
            try await aftermath.expectCompletion()
        }
    }
}
