import TestRandom
import Testing
import Worker

/// The schedule decides by the instants and the random numbers that it is given.
@Suite struct ScheduleTests {
    private let start = ContinuousClock.now

    private func schedule(
        _ intervals: [Job: Duration], lease: Duration = .seconds(30), _ random: inout SeededRandom
    ) -> Schedule {
        Schedule(every: intervals, leaseLife: lease, now: start, using: &random)
    }

    private func entry(_ schedule: Schedule, _ job: Job = .check) throws -> Schedule.Entry {
        try #require(schedule.entries[job])
    }

    @Test func withoutIntervalsThereIsNothingToDo() {
        var random = SeededRandom(named: "empty schedule")
        #expect(schedule([:], &random).decision(at: start + .seconds(1_000_000)) == .never)
    }

    @Test func theFirstRunComesWithinATenthOfTheInterval() throws {
        var random = SeededRandom(named: "first run")
        for _ in 0..<1000 {
            let due = try entry(schedule([.check: .seconds(100)], &random)).due
            #expect(start <= due && due <= start + .seconds(10))
        }
    }

    @Test func whatIsDueForLongestRunsFirst() {
        var random = SeededRandom(named: "order")
        var schedule = schedule([.check: .seconds(1000), .rebuild: .seconds(10)], &random)
        let later = start + .seconds(200)
        schedule.ended(.rebuild, .done, at: start + .seconds(5), using: &random)
        schedule.ended(.check, .failed("gone"), at: start, using: &random)
        // One since 4 to 6 seconds, the other since 10 to 11.
        #expect(schedule.decision(at: later) == .run(.check))
        schedule.ended(.check, .done, at: later, using: &random)
        #expect(schedule.decision(at: later) == .run(.rebuild))
    }

    @Test func runsStayOnTheGridHoweverLongTheyTake() throws {
        var random = SeededRandom(named: "grid")
        var schedule = schedule([.check: .seconds(100)], &random)
        for number in 1...1000 {
            let due = try entry(schedule).due
            let grid = start + .seconds(100) * (number - 1)
            #expect(grid <= due && due <= grid + .seconds(10))
            #expect(schedule.decision(at: due - .nanoseconds(1)) == .wait(until: due))
            #expect(schedule.decision(at: due) == .run(.check))
            schedule.ended(.check, .done, at: due + .seconds(Int.random(in: 0...80, using: &random)), using: &random)
        }
        #expect(try entry(schedule).missed == 0)
    }

    @Test func missedRunsAreCountedAndNotMadeUpFor() throws {
        var random = SeededRandom(named: "missed")
        var schedule = schedule([.check: .seconds(100)], &random)
        // It began at 0, and the places at 100, 200 and 300 passed meanwhile.
        schedule.ended(.check, .done, at: start + .seconds(350), using: &random)
        let entry = try entry(schedule)
        #expect(entry.missed == 3)
        #expect(start + .seconds(400) <= entry.due && entry.due <= start + .seconds(410))
        #expect(schedule.decision(at: start + .seconds(351)) == .wait(until: entry.due))
    }

    @Test func failuresBackOffKeepTheirReasonAndAreForgottenAfterASuccess() throws {
        var random = SeededRandom(named: "back-off")
        var schedule = schedule([.check: .seconds(60)], &random)
        var now = start
        for failures in 1...20 {
            schedule.ended(.check, .failed("no \(failures)"), at: now, using: &random)
            let entry = try entry(schedule)
            let pause = min(5.0 * Double(1 << (failures - 1)), 300)
            #expect(entry.failures == failures)
            #expect(entry.reason == "no \(failures)")
            #expect((0.8 * pause...1.2 * pause).contains((entry.due - now) / .seconds(1)))
            now = entry.due
        }
        schedule.ended(.check, .done, at: now, using: &random)
        let entry = try entry(schedule)
        #expect(entry.failures == 0)
        #expect(entry.reason == nil)
        #expect(entry.due - now <= .seconds(66))
    }

    @Test func aFailureNeverMakesAShortIntervalLongerAtOnceNorALongOneShort() throws {
        var random = SeededRandom(named: "bounds of the back-off")
        var short = schedule([.check: .seconds(1)], &random)
        short.ended(.check, .failed("gone"), at: start, using: &random)
        #expect(try entry(short).due - start <= .seconds(1.2))
        var long = schedule([.check: .seconds(7200)], &random)
        for _ in 0..<40 { long.ended(.check, .failed("gone"), at: start, using: &random) }
        #expect(try entry(long).due - start <= .seconds(1.2 * 7200))
        #expect(try entry(long).due - start >= .seconds(0.8 * 7200))
    }

    @Test(arguments: [1, 2, 30, 600]) func anothersLeaseIsLookedAtAgainWithinATenthOfItsLife(_ life: Int) throws {
        var random = SeededRandom(named: "lease")
        var schedule = schedule([.rebuild: .seconds(3600)], lease: .seconds(life), &random)
        for _ in 0..<100 {
            schedule.ended(.rebuild, .busy("host process 7"), at: start, using: &random)
            let entry = try entry(schedule, .rebuild)
            #expect(entry.reason == "host process 7")
            #expect(entry.failures == 0)
            #expect(entry.due > start)
            #expect(entry.due - start <= min(.seconds(life) / 10, .seconds(5)))
        }
    }
}
