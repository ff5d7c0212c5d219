import TestPlatform
import TestRandom
import Testing

/// Whoever comes next, at every step, nobody sees more seats on sale than there are, and no live hold is lost.
@Suite struct RaceTests {
    @Test(arguments: Scenario.all)
    func everyScheduleIsSafe(_ scenario: Scenario) async throws {
        try await Bench.with { bench in
            let explorer = Explorer(bench, scenario)
            let begin = ContinuousClock.now
            let isAll = try await explorer.runAll(limit: 3000)
            print(
                "races: \(scenario.name): \(explorer.schedules) schedules\(isAll ? ", all" : ""), "
                    + "\(explorer.stepsTaken) steps, \(ContinuousClock.now - begin), \(explorer.outcomes)")
        }
    }
}
