import Foundation
import LuaScripts
import Synchronization
import TestPlatform
import TestServers
import Testing

/// SIGKILL between any two writes of a plan's application, and of an undo.
extension FaultTests {
    private static let stopped = ["--traffic", "stopped"]
    private static let writing = stopped + TornEvent.budget + ["--execute"]

    private func path(_ name: String, _ platform: Platform) -> String { "\(platform.redis.folder)/\(name)" }

    /// Runs a command on a file, with a journal that replaces the one of the same name.
    private func arguments(_ command: String, _ file: String, journal: String, _ platform: Platform) throws -> [String]
    {
        let journal = path(journal, platform)
        if FileManager.default.fileExists(atPath: journal) { try FileManager.default.removeItem(atPath: journal) }
        return [command, path(file, platform)] + Self.writing + ["--journal", journal]
    }

    /// Runs a command until it is killed behind its `step`th writing script.
    ///
    /// - Returns: whether it came so far.
    private func kill(
        _ arguments: [String], after step: Int, _ platform: Platform, _ program: Program
    ) async throws -> Bool {
        let breakpoint = Breakpoint(.after, step) { $0.isWriting && $0.luaScript == .apply }
        let run = try await program.run(arguments, to: breakpoint) { pid, _ in
            Glibc.kill(pid, SIGKILL)
            breakpoint.drop()
        }
        #expect(run.status == (breakpoint.isMet ? 137 : 0), "\(run.message)")
        // Whoever died holds the lease for some time yet; these runs need not wait for that.
        try await platform.redis.command("DEL", platform.leaseKey)
        return breakpoint.isMet
    }

    /// Undoes a journal to its end.
    private func undo(_ name: String, _ platform: Platform, _ program: Program) async throws {
        // A run that had nothing left to do has none.
        guard FileManager.default.fileExists(atPath: path(name, platform)) else { return }
        let run = try await program.run(["undo", path(name, platform)] + Self.writing)
        #expect(run.status == 0, "\(name): \(run.message)\(run.output)")
    }

    @Test func aPlanThatIsKilledIsAppliedToItsEndAndTakenBack() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let event = TornEvent(platform: platform)
            try await event.add()
            let aftermath = try await Aftermath(of: platform, program)
            let before = try await Keyspace(of: platform)
            try await platform.redis.command("SAVE")
            let planned = try await program.run(["plan", "-o", path("plan", platform)] + Self.stopped)
            #expect(planned.status == 2, "\(planned.message)")
            var phases: Set<TornEvent.Phase> = []
            var step = 1
            while try await kill(
                try arguments("apply", "plan", journal: "first", platform), after: step, platform, program)
            {
                if let phase = try await event.phase() { phases.insert(phase) }
                try await aftermath.expectNoWorse()
                let rest = try await program.run(try arguments("apply", "plan", journal: "second", platform))
                #expect(rest.status == 0, "after step \(step): \(rest.message)\(rest.output)")
                try await expectAgreement(on: platform)
                // The repair has believed a database that is wrong: what it took off sale may come back.
                try await event.forgetSales()
                try await undo("second", platform, program)
                try await undo("first", platform, program)
                let after = try await Keyspace(of: platform)
                #expect(after.isSame(as: before), "after step \(step): \(after.differences(from: before))")
                try await event.rememberSales()
                try await platform.redis.command("DEBUG", "RELOAD", "NOSAVE")
                step += 1
            }
            #expect(phases == Set(TornEvent.Phase.allCases))
        }
    }

    @Test func anUndoThatIsKilledIsDoneByTheNext() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            let event = TornEvent(platform: platform)
            try await event.add()
            let before = try await Keyspace(of: platform)
            let repaired = try await program.run(
                Self.rebuild + TornEvent.budget + ["--journal", path("journal", platform)])
            #expect(repaired.status == 0, "\(repaired.message)")
            try await event.forgetSales()
            let left = try await Keyspace(of: platform)
            try await platform.redis.command("SAVE")
            var step = 1
            while try await kill(
                try arguments("undo", "journal", journal: "first", platform), after: step, platform, program)
            {
                let torn = try await Keyspace(of: platform)
                #expect(torn != left)
                try await undo("journal", platform, program)
                let after = try await Keyspace(of: platform)
                #expect(after.isSame(as: before), "after step \(step): \(after.differences(from: before))")
                try await platform.redis.command("DEBUG", "RELOAD", "NOSAVE")
                step += 1
            }
            #expect(step > 4)
        }
    }
}
