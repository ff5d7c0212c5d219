import HoldModel
import Testing

/// Bad data stops its event, is named, and is never copied on (design section 6.9).
@Suite struct RefusalTests {
    func expectRefusal(_ sample: Sample, naming text: String) {
        let plan = sample.plan
        guard case .refused(let reason) = plan.standing else {
            Issue.record("the plan is \(plan.standing)")
            return
        }
        #expect(reason.contains(text))
        #expect(plan.counts.isEmpty && plan.holds.isEmpty)
        #expect(plan.findings.contains { $0.cause == .malformed && $0.outcome == .refused })
    }

    @Test func aHoldThatCannotBeReadAndHasNoOrderHidesItsSeats() {
        var sample = Sample()
        sample.holds = [.malformed("broken")]
        expectRefusal(sample, naming: "holds:broken")
    }

    @Test func aHoldOfACategoryThatSQLDoesNotHave() {
        var sample = Sample()
        sample.holds = [.sample("t", .held, [SeatLine(category: CategoryID("balcony"), quantity: 1)])]
        expectRefusal(sample, naming: "balcony")
    }

    @Test func aHoldThatNamesAnotherEvent() {
        var sample = Sample()
        sample.holds = [.sample("t", .held, event: EventID("other"))]
        expectRefusal(sample, naming: "other")
    }

    @Test func anOrderOfAnotherEventThatCarriesThisHold() {
        var sample = Sample()
        sample.orders = [.sample("t", .pendingPayment, event: EventID("other"))]
        sample.holds = [.sample("t", .held)]
        expectRefusal(sample, naming: "order-t")
    }

    @Test func anOrderOfUnknownStatus() {
        var sample = Sample()
        sample.orders = [.sample("t", nil, fault: "status 'paused' is none of the contract (ops/contract.md)")]
        sample.holds = [.absent("t")]
        expectRefusal(sample, naming: "paused")
    }

    @Test func anOpenOrderWithoutSeats() {
        var sample = Sample()
        sample.orders = [.sample("t", .processing, [])]
        sample.holds = [.absent("t")]
        expectRefusal(sample, naming: "order-t")
    }

    @Test(arguments: [nil, "an order_items row has no category or no seats"])
    func aPaidOrderWithoutHoldAndSeats(_ fault: String?) {
        var sample = Sample()
        sample.orders = [.sample("", .processing, [], fault: fault)]
        expectRefusal(sample, naming: "order-")
    }

    @Test func aVersionThatCannotBeRaised() {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 10, 4, 86, version: 9_223_372_036_854_775_806)
        expectRefusal(sample, naming: "9223372036854775806")
    }

    @Test func aCategoryRowThatCannotBeCounted() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 0, sold: 0, fault: "quantity_total is -1")
        expectRefusal(sample, naming: "quantity_total is -1")
    }

    @Test func aCategoryThatComesTwice() {
        var sample = Sample()
        sample.categories.append(
            CategoryRow(id: circle, total: 20, sold: 0, fault: "the event has another row of this id"))
        sample.holds = [.sample("t", .held, seats(1, 2))]
        let plan = EventPlan(
            snapshot: EventSnapshot(event: gala, categories: sample.categories, orders: []),
            survey: EventSurvey(
                inventory: [sample.stallsInventory, sample.circleInventory, sample.circleInventory], holds: sample.holds
            ),
            policy: sample.policy, now: noon)
        #expect(plan.standing == .refused("ticket_categories row circle: the event has another row of this id"))
    }

    @Test func rowsThatCannotBeUsedAsAWhole() {
        let sample = Sample()
        let plan = EventPlan(
            snapshot: EventSnapshot(
                event: gala, categories: sample.categories, orders: [],
                fault: "events has more rows than one of this id"),
            survey: EventSurvey(inventory: [sample.stallsInventory, sample.circleInventory], holds: []),
            policy: sample.policy, now: noon)
        #expect(plan.standing == .refused("events has more rows than one of this id"))
        #expect(plan.findings.map(\.outcome) == [.refused])
    }

    @Test func categoriesThatHoldsNameAreToldWhereSQLDoesNotHaveThem() {
        func lines(_ category: String) -> [SeatLine] { [SeatLine(category: CategoryID(category), quantity: 1)] }
        var sample = Sample()
        sample.orders = [
            .sample("paid", .processing, lines("gone by order")),
            .sample("over", .pendingPayment, expires: -60, lines("over")),
            .sample("closed", .cancelled, lines("closed")),
        ]
        sample.holds = [
            .sample("live", .held, lines("gone by hold")), .absent("paid"), .absent("over"), .absent("closed"),
            .sample("ended", .cancelled),
        ]
        #expect(
            sample.plan.missing == [
                MissingCategory(category: CategoryID("gone by hold"), owner: "holds:live"),
                MissingCategory(category: CategoryID("gone by order"), owner: "order order-paid"),
            ])
    }

    @Test func seatsBeyondWhatThePlatformCanCount() {
        var sample = Sample()
        sample.holds = [
            .sample("a", .held, seats(greatestSeatCount)), .sample("b", .held, seats(greatestSeatCount)),
        ]
        expectRefusal(sample, naming: "stalls")
    }

    @Test func aBrokenHashWithAnOrderIsWrittenAgainInstead() {
        var sample = Sample()
        sample.orders = [.sample("t", .pendingPayment, expires: 60)]
        sample.holds = [.malformed("t")]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        #expect(sample.plan.standing == .differs)
        #expect(sample.plan.moved == ["malformed 2"])
    }

    @Test(arguments: ["two", "", "-3", "99999999999999999999", "01", "+1", " 1", "1.0", "1e3", "\u{0}"])
    func aCountThatIsNoIntegerIsReplacedFromTheTruth(_ text: String) {
        var sample = Sample()
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        sample.stallsInventory = .hash(
            InventoryFields(
                total: bytes(text), sold: bytes("10"), pending: bytes("0"), available: bytes("90"), version: bytes("3"))
        )
        let plan = sample.plan
        #expect(plan.findings.map(\.cause) == [.malformed])
        #expect(plan.counts(of: stalls) == Counts(total: 100, sold: 10, pending: 0, available: 90))
        #expect(plan.counts.map(\.version) == [4])
    }

    @Test(arguments: ["two", "", "-3", "99999999999999999999"])
    func aVersionThatCannotBeReadIsFollowedByOneThatWasNeverThere(_ text: String) {
        let version = Array(text.utf8)
        let fields = InventoryFields(total: [48], sold: [48], pending: [48], available: [48], version: version)
        #expect(InventoryState.hash(fields).nextVersion(now: noon) == noon.milliseconds)
    }
}
