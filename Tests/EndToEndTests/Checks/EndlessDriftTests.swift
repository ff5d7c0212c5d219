import LuaScripts
import TestPlatform
import TestServers
import Testing

/// Seats that go on leaking while a run looks at their event: no two of its looks show the same, and it ends all the same.
@Suite(.postgres) struct EndlessDriftTests {
    private static let rebuild = ["rebuild", "--holds", "rebuild", "--execute"]

    @Test func holdsThatWereOverAtTheFirstLookAreReleasedWhileOthersExpire() async throws {
        try await withPlatform { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 1000, 0)])
            // One ends every two seconds, for longer than any run may take, and no cleaner comes.
            let holds = 280
            let start = Clock.now()
            try await platform.acquire(
                (0..<holds).map { number in
                    let end = start - 3 + 2 * number
                    return PlatformHold(
                        token: "cart-\(number)", event: "gala", seats: [Seats("stalls", 1)],
                        createdAt: end - platform.holdTTL, expiresAt: end)
                })
            let report = try await program.report(Self.rebuild + ["--release-after", "3"])
            #expect(report.exitStatus == 0)
            let released = try #require(report.totals.byCause["expired-hold"]?.count)
            #expect(released >= 2)
            #expect(released < holds, "the run waited until none was left to expire")
            #expect(report.totals.byCause.count == 1)
            let counts = try await platform.inventory(event: "gala", category: "stalls")
            #expect(counts["pending"] == String(holds - released))
            #expect(counts["available"] == String(1000 - holds + released))
            // As of its first look nothing is left; what ended since is the next run's.
            #expect(report.totals.applied == 1)
        }
    }

    @Test func seatsThatLeakBeforeEveryLookAreGivenBackByIncrements() async throws {
        try await withPlatform(redis: .forFaults) { platform, program in
            try await platform.addEvent("gala", categories: [("stalls", 1000, 0)])
            try await platform.acquire("cart", event: "gala", [Seats("stalls", 5)])
            let key = platform.inventoryKey(event: "gala", category: "stalls")
            @Sendable func leak() async throws {
                for (field, change) in [("pending", "1"), ("available", "-1"), ("version", "1")] {
                    try await platform.redis.command("HINCRBY", key, field, change)
                }
            }
            try await leak()
            // Each look begins with a survey of the counts alone: one seat more has leaked before each of them.
            let never = Breakpoint(.before, .max) { _ in false }
            let run = try await program.run(
                Self.rebuild + ["--attempts", "2", "--release-after", "0.2", "--pause", "20"], to: never,
                before: { call in
                    if call.luaScript == .survey, call.words[2] == "2", call.words[4] == key { try await leak() }
                },
                { _, _ in })
            #expect(run.status == 0)
            let counts = try await platform.inventory(event: "gala", category: "stalls")
            #expect(counts["pending"] == "5")
            #expect(counts["available"] == "995")
            #expect(counts["version"].flatMap { Int($0) } ?? 0 > 5)
        }
    }
}
