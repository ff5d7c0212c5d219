import LuaScripts
import TestPlatform
import TestServers
import Testing

/// Each event is counted once, by what became of it last.
@Suite(.postgres) struct TotalsTests {
    private static let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--format", "json"]

    @Test(
        "Events of an emptied Redis that traffic moves as soon as they are written add up to the events there are",
        arguments: ["live", "stopped"])
    func whatMovesBehindItsWrite(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            for number in 1...30 { try await platform.addEvent("e\(number)", categories: [("c\(number)", 10, 0)]) }
            try await platform.redis.flushAll()
            let report = try await report(of: program, traffic) { call in
                guard call.endsTransaction else { return }
                // Seats that leak behind the write: the event differs again.
                for number in 1...2 {
                    let key = platform.inventoryKey(event: "e\(number)", category: "c\(number)")
                    guard try await platform.redis.command("HGET", key, "version") == "1" else { continue }
                    for words in [["pending", "1"], ["available", "-1"], ["version", "1"]] {
                        try await platform.redis.command(["HINCRBY", key] + words)
                    }
                }
            }
            expectEachOnce(report, events: 30)
            #expect(report.totals.moved == (traffic == "stopped" ? 2 : 0))
        }
    }

    @Test("With traffic stopped an event that moved behind its write has moved, and is not applied as well")
    func whatMovesBehindItsRepair() async throws {
        try await withPlatform { platform, program in
            for event in ["a", "b"] { _ = try await Fault.ttlRace.inject(into: platform, event: event) }
            let report = try await report(of: program, "stopped") { call in
                guard call.luaScript == .apply else { return }
                let key = platform.inventoryKey(event: "a", category: "a-stalls")
                try await platform.redis.command("HINCRBY", key, "pending", "1")
            }
            expectEachOnce(report, events: 2)
            #expect(report.totals.applied == 1)
            #expect(report.totals.moved == 1)
            #expect(report.exitStatus == 4)
        }
    }

    private func report(
        of program: Program, _ traffic: String, after change: @escaping @Sendable (RedisCall) async throws -> Void
    ) async throws -> Document {
        let handling: RedisProxy.Handling = { call, forward in
            let reply = try await forward()
            try await change(call)
            return .reply(reply)
        }
        return try await RedisProxy.withProxy(to: program.platform.redis, handling: handling) { proxy in
            let run = try await program.run(
                Self.rebuild + ["--traffic", traffic, "--release-after", "0.1"], environment: ["REDIS_URL": proxy.url])
            return try run.document()
        }
    }

    private func expectEachOnce(_ report: Document, events: Int) {
        let totals = report.totals
        let sum =
            totals.unchanged + totals.differing + totals.applied + totals.moved + totals.deferred + totals.refused
            + totals.unknown
        #expect(sum == events, "\(totals)")
        #expect(report.scanned.events == events)
        #expect(totals.verified <= totals.applied)
    }
}
