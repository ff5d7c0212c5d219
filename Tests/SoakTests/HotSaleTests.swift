import TestPlatform
import TestRandom
import TestServers
import TestTraffic
import Testing

/// An event that never stands still: one category, about a thousand acquires and releases a second.
@Suite(.postgres, .serialized) struct HotSaleTests {
    @Test func aLeakIsFoundAndRepairedWhileEverybodyBuys() async throws {
        try await sale(named: "hot sale with a leak") { sale, scripts, program in
            try await sale.leak(3, on: scripts)
            let repair = try await repairs(by: program)
            #expect(repair.map(\.cause) == ["ttl-race"])
            #expect(repair.map(\.category) == ["hot stalls"])
            #expect(repair.map(\.seats) == [3])
            let after = try await program.report("check")
            #expect(after.settled.map(\.cause) == [])
        }
    }

    @Test func withoutALeakNothingIsFound() async throws {
        try await sale(named: "hot sale") { _, _, program in
            let check = try await program.report("check")
            let rebuild = try await program.report("rebuild", "--holds", "rebuild", "--execute")
            for run in [check, rebuild] {
                #expect(run.settled.map(\.cause) == [])
                #expect(run.totals.applied == 0)
                print("hot sale: \(run.command) ended with \(run.exitStatus): \(run.findings.map(\.detail))")
            }
        }
    }

    /// What the first run that is not left in doubt repaired. A run may defer an event that gives it no clear look.
    private func repairs(by program: Program) async throws -> [Document.Finding] {
        for attempt in 1...6 {
            let run = try await program.report("rebuild", "--holds", "rebuild", "--execute")
            print("hot sale: run \(attempt) ended with \(run.exitStatus): \(run.findings.map(\.detail))")
            if !run.settled.isEmpty { return run.settled }
        }
        return []
    }

    /// Runs `body` during a sale; afterwards both servers agree with the books.
    private func sale(
        named name: String, _ body: (HotSale, ScriptSession, Program) async throws -> Void
    ) async throws {
        let random = SeededRandom(named: name)
        try await withPlatform { platform, program in
            let event = PlatformEvent("hot", categories: [PlatformCategory("hot stalls", total: 5000, sold: 10)])
            let other = PlatformEvent("calm", categories: [PlatformCategory("calm stalls", total: 50, sold: 5)])
            try await platform.add([event, other])
            let books = SeatBooks([event, other])
            let sale = HotSale(of: event, on: platform, books: books, rate: 1000, random: random)
            let begin = ContinuousClock.now
            try await sale.run { scripts in
                // Hashes of released holds stay for minutes: more of them than a look at one instant can read.
                while books.diary.counts["release", default: 0] < 2000 { try await Task.sleep(for: .milliseconds(50)) }
                try await body(sale, scripts, program)
            }
            let seconds = (ContinuousClock.now - begin) / .seconds(1)
            let diary = books.diary
            print("\(name): \(diary.counts["acquire", default: 0]) acquires in \(seconds) s")
            #expect(diary.refusals.isEmpty)
            #expect(diary.contradictions.isEmpty)
            #expect(try await books.disagreements(with: platform) == [])
            try await expectAgreement(on: platform)
        }
    }
}

extension Document {
    /// Findings that something follows from: what is deferred or noted is left as it is.
    fileprivate var settled: [Finding] {
        findings.filter { $0.outcome != "deferred" && $0.outcome != "noted" }
    }
}
