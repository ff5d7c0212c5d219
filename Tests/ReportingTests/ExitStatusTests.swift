import HoldModel
import Reconciliation
import Reporting
import Testing

@Suite("the exit status")
struct ExitStatusTests {
    private func status(_ outcomes: FindingOutcome..., change: (inout RunTally) -> Void = { _ in }) -> Int32 {
        var tally = RunTally(maxFindings: 0)
        for outcome in outcomes { tally.record(Finding(.lostHash, event: EventID("e"), outcome: outcome)) }
        change(&tally)
        return ExitStatus(tally).rawValue
    }

    @Test("is 0 where all is well, was repaired, or is a note for people")
    func isZero() {
        #expect(status() == 0)
        #expect(status(.applied, .noted) == 0)
        #expect(
            status {
                $0.unchanged = 9
                $0.applied = 9
                $0.verified = 9
            } == 0)
    }

    @Test("has bit 2 where drift is left, also where the findings themselves are not kept")
    func hasDriftBit() {
        #expect(status(.found) == 2)
        #expect(status(.applied, .refused) == 2)
    }

    @Test("has bit 4 where events moved or were deferred")
    func hasUnsettledBit() {
        #expect(status { $0.moved = 1 } == 4)
        #expect(status { $0.deferred = 1 } == 4)
        // Also where that belongs to no event: clocks that differ.
        #expect(status(.deferred) == 4)
    }

    @Test("says of what an error left unknown no more than the error does")
    func leavesUnknownToError() {
        #expect(status(.applied, .unknown) { $0.unknown = 1 } == 0)
    }

    @Test("adds its bits up")
    func addsUp() {
        #expect(status(.found) { $0.deferred = 1 } == 6)
        let all: [ExitStatus] = [.failed, .drift, .unsettled, .stoppedAtLimit, .leaseHeld, .nothingToLookAt, .usage]
        #expect(all.map(\.rawValue) == [1, 2, 4, 8, 16, 32, 64])
    }

    @Test("of a run that refused to start says why")
    func ofRefusal() {
        #expect(ExitStatus(RunRefusal.nothingToLookAt("no events")) == .nothingToLookAt)
        #expect(ExitStatus(RunRefusal.holdsInUse(orders: ["o"], holds: [])) == .failed)
    }
}
