import Testing

@testable import Reconciliation
@testable import Reporting

@Suite("a line of progress")
struct ProgressTextTests {
    private func line(_ done: Int, of total: Int?, since first: Int = 0, after seconds: Double) -> String {
        RunProgress(phase: .events, done: done, total: total).line(since: first, seconds)
    }

    @Test("says how much of how much, how fast, and how long still")
    func saysHowMuch() {
        #expect(line(250, of: 1000, after: 5) == "events: 250 of 1000, 50 a second, about 16 s left")
    }

    @Test("leaves out what is not known")
    func leavesOutUnknown() {
        #expect(line(250, of: nil, after: 5) == "events: 250, 50 a second")
        #expect(line(0, of: 1000, after: 0) == "events: 0 of 1000")
    }

    @Test("tells the pace since the first was done, whatever that took")
    func leavesOutTheFirst() {
        #expect(line(25, of: 1000, since: 25, after: 0) == "events: 25 of 1000")
        #expect(line(275, of: 1000, since: 25, after: 5) == "events: 275 of 1000, 50 a second, about 15 s left")
    }

    @Test("promises no time where all is done, or more than was there at the start")
    func promisesNoTimeAtEnd() {
        #expect(line(1000, of: 1000, after: 10) == "events: 1000 of 1000, 100 a second")
        #expect(line(1200, of: 1000, after: 10) == "events: 1200 of 1000, 120 a second")
    }
}
