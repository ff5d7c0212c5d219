import Foundation
import TestRandom
import Testing

/// Whoever comes next, at every step, nobody sees more seats on sale than there are, and no live hold is lost.
@Suite(.serialized) struct RaceTests {
    /// Every schedule of every scenario; those that come to one world go on from it together.
    @Test func everyScheduleIsSafe() async throws {
        try await RaceWorkers.run { bench, number in
            guard Scenario.all.indices.contains(number) else { return false }
            let scenario = Scenario.all[number]
            let explorer = Explorer(bench, scenario)
            let begin = ContinuousClock.now
            await expectNoFailure {
                let isAll = try await explorer.runAll(merges: true)
                #expect(isAll)
            }
            print(
                "races: \(scenario.name): all \(explorer.schedules) schedules covered, \(explorer.course.stepsTaken) "
                    + "steps run, \(ContinuousClock.now - begin), \(explorer.course.outcomes)")
            return true
        }
    }

    /// Different schedules chosen by chance, of the same scenarios and of larger ones made by chance.
    ///
    /// Each is run from its first step to its last. Where `EXPLORE_SCHEDULES` says how many there shall be, those that
    /// begin alike share the steps they begin with.
    @Test func schedulesByChanceAreSafe() async throws {
        let asked = ProcessInfo.processInfo.environment["EXPLORE_SCHEDULES"].flatMap { Int($0) }
        let tally = ChanceTally(wanted: asked ?? 10_000)
        let share = asked.map { min(max($0 / 250, 100), 4000) } ?? 100
        let seed = SeededRandom(named: "races")
        let begin = ContinuousClock.now
        try await RaceWorkers.run { bench, number in
            if tally.isPromised { return false }
            var random = seed.stream(number)
            let isKnown = Scenario.all.indices.contains(number)
            let scenario =
                isKnown
                ? Scenario.all[number] : .random(named: "by chance \(number), seed \(seed.seed)", &random)
            let promised = tally.promise(share, of: scenario)
            guard promised > 0 else { return true }
            let explorer = Explorer(bench, scenario)
            await expectNoFailure {
                if asked == nil {
                    try await explorer.walk(promised, &random)
                } else {
                    try await explorer.roam(promised, &random)
                }
            }
            tally.record(explorer, promised: promised)
            return true
        }
        let counts = tally.counts
        print(
            "races: \(counts.schedules) different schedules of \(counts.scenarios.count) scenarios, \(counts.steps) "
                + "steps in all, \(counts.stepsRun) run, \(ContinuousClock.now - begin)")
        #expect(counts.schedules == tally.wanted)
    }

    private func expectNoFailure(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            Issue.record("\(error)")
        }
    }
}
