import Foundation
import Synchronization

/// How many schedules chosen by chance are wanted and done, by all workers.
final class ChanceTally: Sendable {
    struct Counts: Sendable {
        var promised = 0
        var schedules = 0
        /// Steps of these schedules, shared or not.
        var steps = 0
        /// Steps that were run.
        var stepsRun = 0
        var scenarios: Set<Scenario> = []
    }

    let wanted: Int
    private let state = Mutex(Counts())
    private let begin = ContinuousClock.now

    init(wanted: Int) {
        self.wanted = wanted
    }

    var counts: Counts { state.withLock { $0 } }

    /// Promises up to `share` schedules of a scenario.
    ///
    /// - Returns: how many of them are wanted; none where the scenario came before under another name.
    func promise(_ share: Int, of scenario: Scenario) -> Int {
        state.withLock { counts in
            var nameless = scenario
            nameless.name = ""
            guard counts.scenarios.insert(nameless).inserted else { return 0 }
            let granted = min(share, wanted - counts.promised)
            counts.promised += granted
            return granted
        }
    }

    var isPromised: Bool { state.withLock { $0.promised >= wanted } }

    /// Counts what came of a promise; what is missing may be promised again.
    func record(_ explorer: Explorer, promised: Int) {
        let (before, after) = state.withLock { counts in
            let before = counts.schedules
            counts.promised += explorer.schedules - promised
            counts.schedules += explorer.schedules
            counts.steps += explorer.stepsInAll
            counts.stepsRun += explorer.course.stepsTaken
            return (before, counts.schedules)
        }
        // Who waits for long wants to know.
        let mark = 20_000
        if before / mark != after / mark {
            FileHandle.standardError.write(
                Data("races: \(after) of \(wanted) schedules, \(ContinuousClock.now - begin)\n".utf8))
        }
    }
}
