import Foundation
import TestPlatform
import TestRandom
import Testing

/// Whoever comes next, at every step, nobody sees more seats on sale than there are, and no live hold is lost.
@Suite(.serialized) struct RaceTests {
    /// Every schedule of every scenario; those that come to one world go on from it together.
    @Test(arguments: Scenario.all)
    func everyScheduleIsSafe(_ scenario: Scenario) async throws {
        try await Bench.with { bench in
            let explorer = Explorer(bench, scenario, merges: true)
            let begin = ContinuousClock.now
            let isAll = try await explorer.runAll()
            #expect(isAll)
            print(
                "races: \(scenario.name): \(explorer.schedules) schedules, all, in \(explorer.stepsTaken) steps, "
                    + "\(ContinuousClock.now - begin), \(explorer.outcomes)")
        }
    }

    /// Whole schedules, none of them shared, chosen by chance: `EXPLORE_SCHEDULES` says how many.
    @Test func schedulesByChanceAreSafe() async throws {
        let asked = ProcessInfo.processInfo.environment["EXPLORE_SCHEDULES"].flatMap { Int($0) } ?? 1500
        var random = SeededRandom(named: "races")
        try await Bench.with { bench in
            var done = 0
            for (position, scenario) in Scenario.all.enumerated() {
                let share = (asked - done) / (Scenario.all.count - position)
                let explorer = Explorer(bench, scenario)
                try await explorer.walk(share, &random)
                done += explorer.schedules
            }
            print("races: \(done) schedules by chance")
        }
    }
}
