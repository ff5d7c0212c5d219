import HoldModel
import Testing

/// Plans of one event: what is written, and the cause of every seat that moves.
@Suite struct EventPlanTests {
    @Test func anEventThatAgreesNeedsNothing() {
        var sample = Sample()
        sample.orders = [.sample("paying", .pendingPayment)]
        sample.holds = [.sample("paying", .checkoutCommitted), .sample("browsing", .held, seats(3, 1))]
        sample.stallsInventory = .counts(100, 10, 5, 85)
        sample.circleInventory = .counts(50, 5, 1, 44)
        let plan = sample.plan
        #expect(plan.standing == .agrees)
        #expect(plan.findings.isEmpty && plan.holds.isEmpty && plan.counts.isEmpty)
    }

    @Test func aHoldThatOnlyRedisKnowsKeepsItsSeats() {
        var sample = Sample()
        sample.holds = [.sample("browsing", .held, seats(4))]
        sample.stallsInventory = .absent
        #expect(sample.plan.counts(of: stalls) == Counts(total: 100, sold: 10, pending: 4, available: 86))
    }

    @Test func seatsThatNoHoldAccountsForGoBackOnSale() {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 10, 4, 86)
        let plan = sample.plan
        #expect(plan.moved == ["ttl-race 4"])
        #expect(
            plan.counts == [
                CountChange(
                    category: stalls, before: .counts(100, 10, 4, 86),
                    counts: Counts(total: 100, sold: 10, pending: 0, available: 90),
                    version: 8, raise: 4, unexplained: 4)
            ])
    }

    /// No seat has leaked there: somebody has written `pending` by hand.
    @Test func aPendingThatIsOffByItselfIsMalformed() {
        var sample = Sample()
        sample.stallsInventory = .counts(100, 10, 4, 90)
        #expect(sample.plan.moved == ["malformed 4"])
        #expect(sample.plan.counts(of: stalls) == Counts(total: 100, sold: 10, pending: 0, available: 90))
    }

    @Test func aLeakInAnOversoldCategoryIsALeak() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 98)
        sample.holds = [.sample("browsing", .held, seats(4))]
        sample.stallsInventory = .counts(100, 98, 6, 0)
        #expect(sample.plan.moved.contains("ttl-race 2"))
    }

    @Test func seatsOfAPaidOrderThatAreOnSaleAgainAreDriftAndAreTakenOffSale() {
        var sample = Sample()
        sample.orders = [.sample("paid", .processing)]
        sample.holds = [.sample("paid", .cancelled)]
        sample.stallsInventory = .counts(100, 10, 0, 90)
        let plan = sample.plan
        #expect(plan.standing == .differs)
        #expect(plan.counts(of: stalls) == Counts(total: 100, sold: 10, pending: 2, available: 88))
        let found = plan.findings.filter { $0.outcome == .found }
        #expect(found.map(\.cause) == [.orderWithoutHold])
        #expect(found.map(\.category) == [stalls])
        #expect(found.map(\.seats) == [2])
        #expect(found.map(\.after) == [.counts(Counts(total: 100, sold: 10, pending: 2, available: 88), version: 8)])
    }

    @Test func seatsOfAPaidOrderThatNamesNoHoldStayOffSale() {
        var sample = Sample()
        sample.orders = [.sample("", .processing), .sample("", .pendingPayment, expires: 60)]
        sample.stallsInventory = .absent
        let plan = sample.plan
        #expect(plan.counts(of: stalls) == Counts(total: 100, sold: 10, pending: 2, available: 88))
        #expect(plan.findings.filter { $0.outcome == .noted }.map(\.cause) == [.orderWithoutHold, .orderWithoutHold])
    }

    @Test func seatsInFlightAreNeitherDriftNorTouched() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 12)
        sample.orders = [.sample("t", .confirmed, paid: -5)]
        sample.holds = [.sample("t", .checkoutCommitted)]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        #expect(sample.plan.standing == .agrees)
    }

    @Test func aDeadFinalizersWorkIsDone() {
        var sample = Sample()
        sample.categories[0] = CategoryRow(id: stalls, total: 100, sold: 12)
        sample.orders = [.sample("t", .confirmed, paid: -500)]
        sample.holds = [.sample("t", .checkoutCommitted)]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        let plan = sample.plan
        #expect(plan.moved == ["lost-finalize 2"])
        #expect(plan.counts(of: stalls) == Counts(total: 100, sold: 12, pending: 0, available: 88))
        #expect(plan.holds.map(\.index) == [.remove])
        #expect(
            plan.holds.map(\.hash) == [
                .close(status: .finalized, at: noon, reason: .lostFinalize, keptFor: 1800)
            ])
    }

    @Test func aSwappedFinalizeIsNamedInBothCategories() {
        var sample = Sample()
        sample.categories = [
            CategoryRow(id: stalls, total: 100, sold: 11), CategoryRow(id: circle, total: 50, sold: 14),
        ]
        sample.orders = [.sample("t", .confirmed, paid: -100, seats(1, 9))]
        sample.holds = [.sample("t", .finalized)]
        sample.stallsInventory = .counts(100, 19, -8, 89)
        sample.circleInventory = .counts(50, 6, 8, 36)
        let plan = sample.plan
        #expect(plan.moved == ["swapped-categories 8", "swapped-categories 8"])
        #expect(plan.counts(of: stalls) == Counts(total: 100, sold: 11, pending: 0, available: 89))
        #expect(plan.counts(of: circle) == Counts(total: 50, sold: 14, pending: 0, available: 36))
    }

    @Test func moreSeatsPromisedThanThereAreIsWrittenAsNoneAvailable() {
        var sample = Sample()
        sample.categories[1] = CategoryRow(id: circle, total: 3, sold: 5)
        let plan = sample.plan
        #expect(plan.counts(of: circle) == Counts(total: 3, sold: 5, pending: 0, available: 0))
        let oversold = plan.findings.filter { $0.cause == .oversold }
        #expect(oversold.map(\.seats) == [2])
        #expect(oversold.map(\.outcome) == [.noted])
        #expect(plan.moved == ["stale-total 47"])
    }

    @Test func anOrderWhoseHoldIsOverIsForPeople() {
        var sample = Sample()
        sample.orders = [.sample("t", .pendingPayment, expires: 60)]
        sample.holds = [.sample("t", .cancelled)]
        let plan = sample.plan
        #expect(plan.standing == .agrees)
        #expect(plan.findings.map(\.cause) == [.orderWithoutHold])
        #expect(plan.findings.map(\.outcome) == [.noted])
    }

    @Test func aPaidOrderWhoseHoldIsOverKeepsItsSeatsForTheFinalizer() {
        var sample = Sample()
        sample.orders = [.sample("t", .processing)]
        sample.holds = [.sample("t", .expired)]
        #expect(sample.plan.counts(of: stalls) == Counts(total: 100, sold: 10, pending: 2, available: 88))
    }

    @Test(arguments: [
        (OrderStatus.pendingPayment, Int64?.some(90), HoldStatus.held), (.pendingPayment, nil, .checkoutCommitted),
        (.processing, nil, .checkoutCommitted),
    ])
    func aLostHashIsWrittenAgainSoThatThePlatformCanGoOn(
        status: OrderStatus, expires: Int64?, written: HoldStatus
    ) throws {
        var sample = Sample()
        sample.orders = [.sample("t", status, expires: expires)]
        sample.holds = [.absent("t")]
        let plan = sample.plan
        let change = try #require(plan.holds.first)
        guard case .replace(let hold) = change.hash else {
            Issue.record("the edit is \(change.hash)")
            return
        }
        #expect(hold.status == written)
        #expect(change.index == .score(hold.expiresAtEpoch))
        #expect(hold.expiresAtEpoch == HoldSurvey.epoch + (expires ?? 86400))
        #expect(hold.keyExpiresAtEpoch == hold.expiresAtEpoch + 900)
        #expect(plan.counts(of: stalls)?.pending == 2)
    }
}
