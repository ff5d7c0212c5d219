import LuaScripts
import TestPlatform
import TestServers
import Testing

/// `--traffic stopped` is the operator's word; somebody may sell all the same.
@Suite(.postgres) struct SellingAllTheSameTests {
    /// Seats are held in an event that leaks, before each of the run's looks at it.
    @Test(arguments: [1, 2, 3]) func aHoldThatComesBeforeALookKeepsItsSeats(_ look: Int) async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let breakpoint = Breakpoint(.before, look) { $0.luaScript == .survey }
            let run = try await program.run(
                ["rebuild", "--holds", "rebuild", "--traffic", "stopped", "--execute"], to: breakpoint
            ) { _, _ in
                try await platform.acquire("late", event: "gala", [Seats("gala-stalls", 2)])
            }
            #expect(breakpoint.isMet)
            // Beside the last look, which verifies, it has moved.
            #expect(run.status == (look == 3 ? 4 : 0), "\(run.message)")
            #expect(try await platform.hold("late")["status"] == "held")
            try await expectAgreement(on: platform)
        }
    }

    /// The run ends, and says what it has left.
    @Test func anEventThatNeverStandsStillIsLeft() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            _ = try await Fault.ttlRace.inject(into: platform, event: "gala")
            let never = Breakpoint(.after, 1) { _ in false }
            let selling: @Sendable (RedisCall) async throws -> Void = { call in
                guard call.luaScript == .survey else { return }
                let token = "gala-\(UInt64.random(in: 0...UInt64.max))"
                try await platform.acquire(token, event: "gala", [Seats("gala-stalls", 1)])
            }
            let run = try await program.run(
                [
                    "rebuild", "--holds", "rebuild", "--traffic", "stopped", "--attempts", "3", "--pause", "10",
                    "--execute",
                ], to: never, before: selling
            ) { _, _ in }
            #expect(run.status == 4, "\(run.message)")
            #expect(run.output.contains("never stood still, although traffic was said to be stopped"))
            #expect(try await Judge().count(platform).tooManyOnSale.isEmpty)
        }
    }
}
