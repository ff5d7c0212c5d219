import HoldModel
import Testing

@testable import Reconciliation

/// What plans take of a run's limits, and what they give back.
@Suite struct ChangeAllowanceTests {
    private func plan(_ event: String, raise: Int64) -> EventPlan {
        EventPlan(
            event: EventID(event), standing: .differs, findings: [], holds: [],
            counts: [
                CountChange(
                    category: CategoryID("c"), before: .otherType,
                    counts: Counts(total: 100, sold: 0, pending: 0, available: 100),
                    version: 2, raise: raise)
            ])
    }

    private func allowance(seats: Int64? = nil, events: Int? = nil) -> (ChangeAllowance, StopRequest) {
        var limits = RunLimits()
        (limits.seats, limits.events) = (seats, events)
        let stop = StopRequest()
        return (ChangeAllowance(limits, stop: stop), stop)
    }

    @Test func whatWasNotWrittenIsGivenBack() {
        let (allowance, stop) = allowance(seats: 10)
        for _ in 0..<5 {
            #expect(allowance.admits(plan("e", raise: -8)))
            allowance.giveBack(plan("e", raise: -8))
        }
        #expect(allowance.admits(plan("e", raise: 10)))
        #expect(stop.cause == nil)
        #expect(!allowance.admits(plan("f", raise: 1)))
        #expect(stop.cause?.contains("event f would make it 11 seats") == true)
    }

    /// The part that goes first was written, whatever becomes of the rest.
    @Test func anEventOfWhichAPartWasWrittenStaysCounted() {
        let (allowance, stop) = allowance(events: 1)
        #expect(allowance.admits(plan("e", raise: -2)))
        #expect(allowance.admits(plan("e", raise: 5)))
        allowance.giveBack(plan("e", raise: 5))
        #expect(!allowance.admits(plan("f", raise: 1)))
        #expect(stop.cause?.contains("event f would be one more than 1") == true)
    }

    @Test func nothingFollowsTheFirstThatIsTooMuch() {
        let (allowance, _) = allowance(seats: 10)
        #expect(!allowance.admits(plan("e", raise: 11)))
        #expect(!allowance.admits(plan("f", raise: 1)))
    }
}
