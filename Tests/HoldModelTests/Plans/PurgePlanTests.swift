import HoldModel
import Testing

/// `rebuild --holds purge`: no seat is pending, surviving holds are closed as cancelled.
@Suite struct PurgePlanTests {
    @Test func heldHoldsAreCancelledAndPendingIsZero() {
        var sample = Sample()
        sample.policy.holds = .purge
        sample.holds = [.sample("t", .held, seats(2, 3))]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        sample.circleInventory = .counts(50, 5, 3, 42)
        let plan = sample.plan
        #expect(plan.holds.map(\.hash) == [.close(status: .cancelled, at: noon, reason: .purged, keptFor: 600)])
        #expect(plan.holds.map(\.index) == [.remove])
        #expect(plan.counts(of: stalls)?.pending == 0)
        #expect(plan.counts(of: circle)?.available == 45)
        #expect(plan.moved == ["purged 2", "purged 3"])
    }

    @Test(arguments: [HoldStatus.checkoutPending, .checkoutCommitted])
    func aBuyerAtCheckoutStopsTheEvent(_ status: HoldStatus) {
        var sample = Sample()
        sample.policy.holds = .purge
        sample.holds = [.sample("t", status), .sample("u", .held)]
        guard case .refused(let reason) = sample.plan.standing else {
            Issue.record("the plan is \(sample.plan.standing)")
            return
        }
        #expect(reason.contains("holds:t"))
        #expect(sample.plan.holds.isEmpty)
        sample.policy.closesCheckouts = true
        #expect(sample.plan.standing == .differs)
    }
}
