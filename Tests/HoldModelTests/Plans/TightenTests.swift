import HoldModel
import Testing

/// Seats go off sale on one look and back on sale on two (design section 6).
@Suite struct TightenTests {
    func tightened(_ sample: Sample) -> EventPlan {
        var sample = sample
        sample.policy.tightensOnly = true
        return sample.plan
    }

    @Test func whatWouldPutSeatsOnSaleIsLeftOut() {
        var leak = Sample()
        leak.stallsInventory = .counts(100, 10, 4, 86)
        #expect(tightened(leak).standing == .agrees)

        var lost = Sample()
        lost.circleInventory = .absent
        #expect(tightened(lost).standing == .agrees)
    }

    /// What is sold in SQL and on sale in Redis does not wait for the leak beside it.
    @Test func soldSeatsGoOffSaleBesideALeak() throws {
        var sample = Sample()
        sample.holds = [.sample("held", .held, seats(2))]
        sample.stallsInventory = .counts(100, 0, 7, 93)
        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 3)
        // Three are sold and on sale; of five more in pending, three may be theirs: nobody knows the other two.
        let plan = tightened(sample)
        #expect(plan.counts(of: stalls) == nil)

        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 20)
        let lowered = tightened(sample)
        #expect(lowered.counts(of: stalls) == Counts(total: 100, sold: 15, pending: 7, available: 78))
        #expect(lowered.counts.map(\.raise) == [-15])
        #expect(ReleaseProof(lowered) == nil)
        #expect(lowered.moved == ["stale-sold 15"])
        sample.stallsInventory = .counts(100, 15, 7, 78, version: 8)
        #expect(tightened(sample).standing == .agrees)
    }

    /// Else the second look would show more than the first, and a third would be wanted.
    @Test func theSecondLookConfirmsTheFirstThatWasAppliedInPart() throws {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 90, sold: 10)
        sample.stallsInventory = .counts(100, 10, 5, 85)
        let first = try #require(ReleaseProof(sample.plan))
        let lowered = try #require(tightened(sample).counts(of: stalls))
        #expect(lowered == Counts(total: 90, sold: 10, pending: 5, available: 75))
        sample.stallsInventory = .counts(90, 10, 5, 75, version: 8)
        let second = try #require(ReleaseProof(sample.plan))
        #expect(first.isConfirmed(by: second))
    }

    @Test func holdsThatAreOverStayAsTheyAre() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 12)
        sample.orders = [.sample("paid", .confirmed, paid: -500)]
        sample.holds = [.sample("paid", .checkoutCommitted), .sample("over", .held, expires: -90, seats(3))]
        sample.stallsInventory = .counts(100, 10, 5, 85)
        #expect(sample.plan.moved == ["expired-hold 3", "lost-finalize 2"])
        #expect(tightened(sample).standing == .agrees)
    }

    @Test func whatTakesSeatsOffSaleIsKept() {
        var sample = Sample()
        sample.orders = [.sample("t", .pendingPayment, expires: 60)]
        sample.holds = [.absent("t"), .sample("over", .held, expires: -90, seats(0, 3))]
        sample.circleInventory = .counts(50, 5, 3, 42)
        let plan = tightened(sample)
        #expect(plan.counts.map(\.category) == [stalls])
        #expect(plan.counts.map(\.raise) == [-2])
        #expect(plan.holds.map(\.token) == [HoldToken("t")])
    }

    @Test func holdsWaitForAnInventoryThatIsNotThere() {
        var sample = Sample()
        sample.orders = [.sample("t", .pendingPayment, expires: 60)]
        sample.holds = [.absent("t")]
        sample.stallsInventory = .absent
        #expect(sample.plan.holds.count == 1)
        let plan = tightened(sample)
        #expect(plan.holds.isEmpty && plan.counts.isEmpty)
        #expect(plan.findings.allSatisfy { $0.outcome != .found })
        #expect(plan.standing == .agrees)
    }

    /// As many are on sale as before, but a hold that nobody knows may be about to end.
    @Test func seatsThatLeavePendingUnexplainedWaitForAProof() throws {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 7, 3, 90)
        let plan = sample.plan
        #expect(plan.moved == ["lost-finalize 3"])
        #expect(plan.counts.map(\.raise) == [0])
        #expect(tightened(sample).counts.isEmpty)
        let proof = try #require(ReleaseProof(plan))
        #expect(proof.isConfirmed(by: proof))
        sample.stallsInventory = .counts(100, 6, 4, 90)
        let later = try #require(ReleaseProof(sample.plan))
        #expect(!proof.isConfirmed(by: later))
    }

    @Test func seatsOfAKnownHoldThatIsFinalizedNeedNone() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 12)
        sample.orders = [.sample("paid", .confirmed, paid: -500)]
        sample.holds = [.sample("paid", .checkoutCommitted)]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        #expect(sample.plan.moved == ["lost-finalize 2"])
        #expect(ReleaseProof(sample.plan) == nil)
    }

    @Test func aPlanThatPutsNoSeatOnSaleNeedsNoProof() {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 10, 0, 95)
        #expect(ReleaseProof(sample.plan) == nil)
    }

    @Test func theSecondLookMustShowNoMoreThanTheFirst() throws {
        func proof(_ stallsPending: Int64, _ circlePending: Int64, _ holds: [HoldSurvey] = []) -> ReleaseProof? {
            var sample = Sample()
            sample.holds = holds
            sample.stallsInventory = .counts(100, 10, stallsPending, 90 - stallsPending)
            sample.circleInventory = .counts(50, 5, circlePending, 45 - circlePending)
            return ReleaseProof(sample.plan)
        }
        let first = try #require(proof(4, 0))
        #expect(try first.isConfirmed(by: #require(proof(4, 0))))
        #expect(try first.isConfirmed(by: #require(proof(3, 0))))
        #expect(try !first.isConfirmed(by: #require(proof(5, 0))))
        #expect(try !first.isConfirmed(by: #require(proof(4, 1))))
        #expect(try !first.isConfirmed(by: #require(proof(4, 0, [.sample("t", .held, expires: -90, seats(4))]))))
    }
}
