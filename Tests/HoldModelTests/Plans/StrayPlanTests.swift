import HoldModel
import Testing

/// Tokens that no event of SQL accounts for.
@Suite struct StrayPlanTests {
    static let member = IndexScore.score(Array("1".utf8))

    func plan(_ hold: HoldSurvey) -> StrayPlan {
        StrayPlan(hold, policy: Policy(), now: noon)
    }

    @Test func aMemberWithoutAHashGoes() {
        let plan = plan(.absent("t", score: Self.member))
        #expect(plan.findings.map(\.cause) == [.orphanMember])
        #expect(plan.change?.index == .remove)
    }

    @Test func aZombieGoes() {
        let plan = plan(.zombie("t"))
        #expect(plan.findings.map(\.cause) == [.zombieHold])
        #expect(plan.change?.hash == .delete)
    }

    @Test func aKeyThatNobodyCanReadStaysForPeopleAndItsMemberGoes() {
        let plan = plan(.malformed("t", score: Self.member))
        #expect(plan.findings.map(\.outcome) == [.found, .refused])
        #expect(plan.change?.hash == .keep)
        #expect(plan.change?.index == .remove)
        #expect(self.plan(.malformed("t")).change == nil)
    }

    @Test func aKeyThatIsNoHoldsStaysAndItsMemberGoes() {
        for policy in [Policy(), .purging] {
            let alone = HoldSurvey(
                token: HoldToken("t"), state: .foreign("no hash"), fence: .otherType, score: .noMember)
            let listed = HoldSurvey(
                token: HoldToken("t"), state: .foreign("no hash"), fence: .otherType, score: Self.member)
            let plan = StrayPlan(alone, policy: policy, now: noon)
            #expect(plan.change == nil)
            #expect(plan.findings.isEmpty)
            #expect(plan.foreign == "no hash")
            let change = StrayPlan(listed, policy: policy, now: noon).change
            #expect(change?.hash == .keep)
            #expect(change?.index == .remove)
        }
    }

    @Test func aLiveHoldOfAnEventThatSQLDoesNotHaveIsNeverTouched() {
        let plan = plan(.sample("t", .held, event: EventID("gone")))
        #expect(plan.change == nil)
        #expect(plan.findings.map(\.outcome) == [.refused])
        #expect(plan.findings.map(\.seats) == [2])
    }

    @Test func anExpiredHoldOfSuchAnEventIsClosed() {
        let plan = plan(.sample("t", .held, expires: -90, event: EventID("gone")))
        #expect(plan.findings.map(\.cause) == [.expiredHold])
        #expect(plan.change?.index == .remove)
    }
}

extension Policy {
    fileprivate static var purging: Policy {
        var policy = Policy()
        (policy.holds, policy.closesCheckouts) = (.purge, true)
        return policy
    }
}
