import HoldModel
import RedisStore
import Testing

@testable import Reconciliation

/// What follows from looks at one instant, one after another, without a server and without waiting.
@Suite struct HotLookTests {
    private static let event = EventID("gala")
    private static let category = CategoryID("stalls")
    private static let now = Timestamp(milliseconds: 1_777_636_800_000)
    private static let begin = ContinuousClock.now

    private func snapshot(sold: Int64 = 0, _ orders: [Order] = []) -> EventSnapshot {
        EventSnapshot(
            event: Self.event, categories: [CategoryRow(id: Self.category, total: 10, sold: sold)], orders: orders)
    }

    /// An event where nobody holds a seat, and so many are pending.
    private func survey(pending: Int, version: Int = 7) -> EventSurvey {
        func bytes(_ number: Int) -> [UInt8] { Array("\(number)".utf8) }
        let fields = InventoryFields(
            total: bytes(10), sold: bytes(0), pending: bytes(pending), available: bytes(10 - pending),
            version: bytes(version))
        return EventSurvey(inventory: [.hash(fields)], holds: [])
    }

    private var look: HotLook { HotLook(StableLook(event: Self.event, tokens: [])) }

    private var rules: HotLook.Rules {
        var rules = HotLook.Rules()
        rules.alike = 2
        return rules
    }

    /// A whole look.
    private func conclude(
        _ look: inout HotLook, pending: Int, version: Int = 7, second: EventSnapshot? = nil, obstacle: String? = nil,
        after seconds: Int, _ rules: HotLook.Rules? = nil
    ) throws -> HotLook.Conclusion {
        let rules = rules ?? self.rules
        look.begin(snapshot())
        #expect(look.take(survey(pending: pending, version: version), new: [], rules) == .whole)
        look.take(agreement: second ?? snapshot())
        let plan = try #require(look.plan(Policy(), now: Self.now))
        return look.conclude(
            plan, rules, Policy(), now: Self.now, obstacle: obstacle, at: Self.begin + .seconds(seconds))
    }

    @Test func whatAgreesIsDone() throws {
        var look = look
        #expect(try conclude(&look, pending: 0, after: 0) == .agrees)
    }

    @Test func looksThatShowTheSameAreAFinding() throws {
        var look = look
        #expect(try conclude(&look, pending: 4, after: 0) == .again(.moment))
        guard case .write(let shifts) = try conclude(&look, pending: 4, version: 9, after: 2) else {
            Issue.record("not written")
            return
        }
        #expect(shifts.map(\.pending) == [-4])
    }

    @Test func looksTooCloseToOneAnotherProveNothing() throws {
        var look = look
        #expect(try conclude(&look, pending: 4, after: 0) == .again(.moment))
        #expect(try conclude(&look, pending: 4, after: 1) == .again(.moment))
    }

    @Test func aLookThatShowsAnotherDifferenceIsAFirstOneAgain() throws {
        var look = look
        #expect(try conclude(&look, pending: 4, after: 0) == .again(.moment))
        #expect(try conclude(&look, pending: 5, after: 3) == .again(.moment))
        #expect(try conclude(&look, pending: 5, after: 4) == .again(.moment))
        guard case .write = try conclude(&look, pending: 5, after: 6) else {
            Issue.record("not written")
            return
        }
    }

    @Test func checkFindsWhatItMayNotWrite() throws {
        var (look, rules) = (look, rules)
        rules.mayWrite = false
        _ = try conclude(&look, pending: 4, after: 0, rules)
        #expect(try conclude(&look, pending: 4, after: 2, rules) == .found)
    }

    @Test func ordersThatChangeBetweenTheSnapshotsProveNothing() throws {
        var look = look
        #expect(try conclude(&look, pending: 4, second: snapshot(sold: 1), after: 0) == .again(.moment))
        #expect(try conclude(&look, pending: 4, after: 2) == .again(.moment), "it was not a first look")
    }

    @Test func anObstacleIsToldInTheEnd() throws {
        var (look, rules) = (look, rules)
        rules.attempts = 2
        #expect(try conclude(&look, pending: 4, obstacle: "disputed", after: 0, rules) == .again(.moment))
        #expect(
            try conclude(&look, pending: 4, obstacle: "disputed", after: 2, rules)
                == .left("never stood still: disputed"))
    }

    @Test func aRepairThatDidNotFitBeginsAnew() throws {
        var (look, rules) = (look, rules)
        rules.attempts = 4
        _ = try conclude(&look, pending: 4, after: 0, rules)
        #expect(look.moved("inventory:gala:stalls", rules) == .again(.moment))
        #expect(try conclude(&look, pending: 4, after: 2, rules) == .again(.moment))
        #expect(look.moved("a key", rules) == .left("a key changed before every repair"))
    }

    @Test func aTailWithNewHoldsIsReadAgain() {
        var (look, rules) = (look, rules)
        rules.surveys = 2
        look.begin(snapshot())
        #expect(look.take(survey(pending: 4), new: [HoldToken("a")], rules) == .again)
        #expect(look.request.tokens == [HoldToken("a")])
        #expect(
            look.take(survey(pending: 4), new: [HoldToken("b")], rules)
                == .nothing("new holds came faster than they could be read"))
    }

    @Test func aTailThatCannotBeReadConcludesNothing() {
        var look = look
        look.begin(snapshot())
        #expect(
            look.take(survey(pending: 4), new: nil, rules) == .nothing("the index grew by more than one look can read"))
    }

    @Test func aSaleThatSQLDoesNotKnowIsForPeopleOnceLooksAreFarEnoughApart() throws {
        var look = look
        let token = HoldToken("a")
        let hold = Hold(
            status: .finalized, expiresAtEpoch: Self.now.milliseconds / 1000 + 60, event: Self.event,
            lines: [SeatLine(category: Self.category, quantity: 2)])
        let order = Order(
            id: OrderID("o"), token: token, event: Self.event, status: .processing, expiresAt: nil,
            createdAt: Self.now, paidAt: Self.now, lines: hold.lines)
        func conclude(after seconds: Int) throws -> HotLook.Conclusion {
            look.begin(snapshot([order]))
            let shown = EventSurvey(
                inventory: survey(pending: 0).inventory,
                holds: [HoldSurvey(token: token, state: .whole(hold), fence: .absent, score: .noMember)])
            _ = look.take(shown, new: [], rules)
            look.take(agreement: snapshot([order]))
            let plan = try #require(look.plan(Policy(), now: Self.now))
            return look.conclude(
                plan, rules, Policy(), now: Self.now, obstacle: nil, at: Self.begin + .seconds(seconds))
        }
        #expect(try conclude(after: 0) == .again(.untilConfirmed))
        #expect(try conclude(after: 1) == .again(.untilConfirmed))
        #expect(try conclude(after: 2) == .behind)
    }

    @Test func holdsWhoseEndIsForGoodAreNotAskedForAgain() {
        func hold(_ status: HoldStatus, _ score: IndexScore) -> HoldSurvey {
            let hold = Hold(
                status: status, expiresAtEpoch: 0, event: Self.event,
                lines: [SeatLine(category: Self.category, quantity: 2)])
            return HoldSurvey(token: HoldToken("\(status)"), state: .whole(hold), fence: .absent, score: score)
        }
        let shown = [
            hold(.held, .noMember), hold(.cancelled, .noMember), hold(.expired, .score([49])),
            HoldSurvey(token: HoldToken("absent"), state: .absent, fence: .absent, score: .noMember),
        ]
        #expect(HotLook.unended(shown).map { "\($0)" } == ["held", "expired", "absent"])
    }
}
