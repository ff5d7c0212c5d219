import HoldModel
import Testing

/// The index holds exactly the active holds that can expire, scored in seconds.
@Suite struct IndexEditTests {
    func plan(_ hold: HoldSurvey, _ order: Order? = nil) -> EventPlan {
        var sample = Sample()
        sample.orders = order.map { [$0] } ?? []
        sample.holds = [hold]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        return sample.plan
    }

    @Test func aLiveHoldWithoutMemberGetsOne() {
        let plan = plan(.sample("t", .held, score: .noMember))
        #expect(plan.moved == ["missing-member 0"])
        #expect(plan.holds.map(\.index) == [.score(HoldSurvey.epoch + 300)])
        #expect(plan.holds.map(\.hash) == [.keep])
        #expect(plan.counts.isEmpty)
    }

    @Test(arguments: ["1777637100000", "1777637101", "1777637100.5", "inf", "-inf", "1e+20"])
    func aScoreThatIsNotTheExpiryInSecondsIsPutRight(_ score: String) {
        let plan = plan(.sample("t", .held, score: .score(Array(score.utf8))))
        #expect(plan.moved == ["bad-score 0"])
        #expect(plan.holds.map(\.index) == [.score(HoldSurvey.epoch + 300)])
    }

    @Test func aClaimedHoldPastItsExpiryMayHaveLostItsMemberToTheCleaner() {
        let order = Order.sample("t", .pendingPayment)
        #expect(plan(.sample("t", .checkoutCommitted, expires: -10, score: .noMember), order).standing == .agrees)
    }

    @Test func aMemberThatNothingStandsBehindGoes() {
        var sample = Sample()
        sample.holds = [.absent("t", score: .score(Array("1".utf8)))]
        #expect(sample.plan.moved == ["orphan-member 0"])
        #expect(sample.plan.holds.map(\.index) == [.remove])
    }

    @Test func aZombieGoesWithItsMember() {
        var sample = Sample()
        sample.holds = [.zombie("t", score: .score(Array("1".utf8)))]
        #expect(sample.plan.moved == ["orphan-member 0", "zombie-hold 0"])
        #expect(
            sample.plan.holds == [
                HoldChange(
                    token: HoldToken("t"), fence: HoldSurvey.zombie("t").fence, hash: .delete, index: .remove)
            ])
    }
}
