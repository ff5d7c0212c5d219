import Foundation
import LuaScripts
import Synchronization
import TestPlatform
import TestServers
import Testing

/// SIGKILL, between any two writes.
extension FaultTests {
    @Test(arguments: KillScenario.allCases) func killedAfterAnyWritingStep(_ scenario: KillScenario) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await scenario.prepare(platform)
            let aftermath = try await Aftermath(of: platform, program)
            try await platform.redis.command("SAVE")
            let killedAfter = Mutex<Set<LuaScript>>([])
            var phases: Set<TornEvent.Phase> = []
            var step = 1
            while true {
                let breakpoint = Breakpoint(.after, step) { call in
                    guard call.isWriting, let script = call.luaScript else { return false }
                    killedAfter.withLock { _ = $0.insert(script) }
                    return true
                }
                let run = try await program.run(
                    scenario.arguments, to: breakpoint, before: { try await scenario.disturb(platform, before: $0) }
                ) { pid, _ in
                    kill(pid, SIGKILL)
                    breakpoint.drop()
                }
                guard breakpoint.isMet else {
                    #expect(run.status == 0, "\(run.message)")
                    break
                }
                #expect(run.status == 137)
                if scenario == .tornEvent, let phase = try await TornEvent(platform: platform).phase() {
                    phases.insert(phase)
                }
                try await aftermath.expectNoWorse(keeping: scenario.kept)
                try await aftermath.expectCompletion(try await scenario.next(platform))
                try await platform.redis.command("DEBUG", "RELOAD", "NOSAVE")
                step += step < 3 ? 1 : scenario.stride
            }
            #expect(killedAfter.withLock { $0 } == scenario.scripts)
            #expect(phases == (scenario == .tornEvent ? Set(TornEvent.Phase.allCases) : []))
        }
    }

    @Test func killedBesideItsLease() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let aftermath = try await Aftermath(of: platform, program)
            try await platform.redis.command("SAVE")
            for breakpoint in [
                Breakpoint(.after, 1, { $0.name == "SET" }), Breakpoint(.before, 1, { $0.luaScript == .yield }),
                Breakpoint(.after, 1, { $0.luaScript == .yield }),
            ] {
                _ = try await program.run(Self.rebuild, to: breakpoint) { pid, _ in
                    kill(pid, SIGKILL)
                    breakpoint.drop()
                    if try await platform.redis.command("EXISTS", platform.leaseKey) == "1" {
                        let refused = try await program.run(Self.rebuild)
                        #expect(refused.status == 16)
                        refused.expectClear("another run holds the lease", "process \(pid)")
                    }
                }
                #expect(breakpoint.isMet)
                try await aftermath.expectNoWorse()
                try await aftermath.expectCompletion()
                try await platform.redis.command("DEBUG", "RELOAD", "NOSAVE")
            }
        }
    }
}
