import HoldModel
import RedisStore
import TestTables
import Testing

@testable import Reconciliation

/// What a refill of an emptied Redis does next, and with which events, without a server.
@Suite struct RefillTests {
    private static let now = Timestamp(milliseconds: 1_777_636_800_000)

    /// Two events, of which the second has so many seats sold.
    private func rows(sold: Int64) -> SnapshotTable {
        SnapshotTable(
            [("a", Int64(0)), ("b", sold)].map { name, sold in
                EventSnapshot(
                    event: EventID(name), categories: [CategoryRow(id: CategoryID("c"), total: 10, sold: sold)],
                    orders: [])
            })
    }

    private func creations(_ table: SnapshotTable) -> [EventCreation] {
        table.events.indices.compactMap { EventCreation($0, of: table, policy: Policy(), now: Self.now) }
    }

    private var stopped: Refill.Rules {
        var rules = Refill.Rules()
        rules.isLive = false
        return rules
    }

    /// Takes the steps up to one.
    private func refill(upTo last: Refill.Step, _ rules: Refill.Rules) -> Refill {
        var refill = Refill(events: 0..<2)
        while let step = refill.next(rules), step != last {
            if step == .keyspace { refill.take(KeyspaceWalk()) }
            refill.take(step, rules)
        }
        return refill
    }

    private func steps(_ rules: Refill.Rules) -> [Refill.Step] {
        var (refill, steps) = (Refill(events: 0..<2), [Refill.Step]())
        while let step = refill.next(rules) {
            steps.append(step)
            if step == .keyspace { refill.take(KeyspaceWalk()) }
            refill.take(step, rules)
        }
        return steps
    }

    @Test func nothingButMembersGoesBeforeTheSecondWalkAndTheLatestRows() {
        #expect(steps(Refill.Rules()) == [.members, .keyspace, .disputes, .rows, .events, .verification, .plans])
    }

    @Test func withTrafficStoppedOneWalkIsEnough() {
        #expect(steps(stopped) == [.members, .disputes, .rows, .events, .verification, .plans])
    }

    @Test func aSecondWalkThatMeetsSomethingEndsIt() {
        var refill = refill(upTo: .keyspace, Refill.Rules())
        refill.take(nil)
        #expect(refill.isGivenUp && refill.next(Refill.Rules()) == nil)
    }

    @Test func nothingIsWritableWithoutTheSecondWalk() {
        var refill = Refill(events: 0..<2)
        let table = rows(sold: 0)
        #expect(refill.take(creations(table), of: table, latest: nil, Refill.Rules()) == [])
        #expect(refill.writable == [])
        #expect(refill.take(creations(table), of: table, latest: nil, stopped) == [])
        #expect(refill.writable == [0, 1])
    }

    @Test func anEventWhoseRowsSayOtherwiseByNowNeedsALookOfItsOwn() {
        var refill = refill(upTo: .rows, Refill.Rules())
        let (table, latest) = (rows(sold: 0), rows(sold: 3))
        let doubtful = refill.take(
            creations(table), of: table, latest: (creations(latest), latest), Refill.Rules())
        #expect(doubtful == [1])
        #expect(refill.writable == [0] && refill.left == [0])
    }

    @Test func anEventThatIsGoneFromTheLatestRowsNeedsALookOfItsOwn() {
        var refill = refill(upTo: .rows, Refill.Rules())
        let table = rows(sold: 0)
        let latest = Array(creations(table).prefix(1))
        #expect(refill.take(creations(table), of: table, latest: (latest, table), Refill.Rules()) == [1])
    }

    @Test func anEventThatOthersNameIsLeftToItsPlan() {
        var refill = refill(upTo: .rows, Refill.Rules())
        let table = rows(sold: 0)
        #expect(refill.take(creations(table), of: table, latest: nil, Refill.Rules(), disputed: { $0 == 0 }) == [])
        #expect(refill.writable == [1] && refill.left == [0, 1])
    }

    @Test(
        "what became of a written event decides what becomes of it",
        arguments: [
            (ApplyOutcome.applied, Refill.Fate.written), (.moved(key: []), .again),
            (.cut(key: [], written: PlanPart()), .again),
            (.interrupted(unknown: PlanPart(categories: [CategoryID("c")])), .interrupted),
        ])
    func outcomesDecide(_ outcome: ApplyOutcome, _ fate: Refill.Fate) {
        var refill = refill(upTo: .events, Refill.Rules())
        #expect(refill.take(outcome, of: 0, Refill.Rules()) == fate)
        #expect(refill.left == [1])
    }

    @Test func anEventOfWhichNothingBecameIsLeftToItsPlan() {
        var refill = refill(upTo: .events, Refill.Rules())
        #expect(refill.take(.interrupted(), of: 0, Refill.Rules()) == nil)
        #expect(refill.left == [0, 1])
    }

    @Test func withTrafficStoppedAndOneAttemptAMovedEventIsNotLookedAtAgain() {
        var rules = stopped
        rules.attempts = 1
        var refill = refill(upTo: .events, rules)
        #expect(refill.take(.moved(key: []), of: 0, rules) == .moved)
        #expect(refill.take(.cut(key: [], written: PlanPart()), of: 1, rules) == .again)
    }

    @Test func whatDoesNotStandIsLookedAtAgainWhereOthersMayHaveChangedIt() {
        let refill = refill(upTo: .verification, Refill.Rules())
        #expect(refill.fateOfLost(Refill.Rules()) == .again)
        #expect(refill.fateOfLost(stopped) == .moved)
    }

    @Test func redisIsEmptyWhereAWalkMetNeitherTokenNorInventory() {
        #expect(Emptiness(tokens: 0, hasInventory: false, at: .now) != nil)
        #expect(Emptiness(tokens: 1, hasInventory: false, at: .now) == nil)
        #expect(Emptiness(tokens: 0, hasInventory: true, at: .now) == nil)
    }
}
