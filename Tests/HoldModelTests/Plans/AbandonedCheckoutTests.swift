import HoldModel
import Testing

/// What says that nobody will sell an accepted checkout (contract section 3). Ages are in seconds.
@Suite struct AbandonedCheckoutTests {
    static let hour: Int64 = 3600
    static let day: Int64 = 86400

    /// As the third witness says where everything can be read and nothing was found.
    var policy: Policy {
        var policy = Policy()
        policy.checkouts.lists = .read
        policy.checkouts.hasAnswers = true
        return policy
    }

    func order(age: Int64, _ status: OrderStatus = .pendingPayment, paid: Int64? = nil) -> Order {
        .sample("t", status, created: -age, paid: paid.map { -$0 })
    }

    func standing(_ order: Order, _ policy: Policy) -> OrderStanding {
        OrderStanding(order, now: noon, policy: policy)
    }

    @Test func ageAloneTakesLongerThanAnyQueueKeepsAMessage() {
        #expect(standing(order(age: 14 * Self.day), policy) == .accepted)
        #expect(standing(order(age: 14 * Self.day + 1), policy) == .abandoned)
    }

    @Test func aFailedCallCountsOnceItIsOlderThanTheGrace() {
        var policy = policy
        policy.checkouts.add(failed: OrderID("order-t"))
        #expect(standing(order(age: Self.hour), policy) == .accepted)
        #expect(standing(order(age: Self.hour + 1), policy) == .abandoned)
        policy.abandonedAfter = 2 * Self.hour
        #expect(standing(order(age: Self.hour + 1), policy) == .accepted)
    }

    @Test func aFailedConfirmationLeavesPaidAtAndNoExpiry() {
        #expect(standing(order(age: 9 * Self.day, paid: Self.hour), policy) == .accepted)
        #expect(standing(order(age: 9 * Self.day, paid: Self.hour + 1), policy) == .abandoned)
        var paid = policy
        paid.checkouts.add(contested: OrderID("order-t"))
        #expect(standing(order(age: 9 * Self.day, paid: Self.hour + 1), paid) == .accepted)
        var unknown = policy
        unknown.checkouts.knowsContested = false
        #expect(standing(order(age: 9 * Self.day, paid: Self.hour + 1), unknown) == .accepted)
    }

    @Test(arguments: CheckoutEvidence.MessagePlace.allCases)
    func aMessageInAListKeepsItWhateverElseIsSaid(_ place: CheckoutEvidence.MessagePlace) {
        var policy = policy
        policy.checkouts.add(failed: OrderID("order-t"))
        policy.abandonedOrders = [OrderID("order-t")]
        #expect(standing(order(age: 99 * Self.day), policy) == .abandoned)
        var byOrder = policy
        byOrder.checkouts.add(message: place, order: OrderID("order-t"), token: nil)
        #expect(standing(order(age: 99 * Self.day), byOrder) == .accepted)
        var byToken = policy
        byToken.checkouts.add(message: place, order: nil, token: HoldToken("t"))
        #expect(standing(order(age: 99 * Self.day), byToken) == .accepted)
    }

    @Test func listsThatCannotBeReadProveNothing() {
        var policy = policy
        policy.checkouts.lists = .unread
        policy.checkouts.add(failed: OrderID("order-t"))
        #expect(standing(order(age: 99 * Self.day), policy) == .accepted)
        policy.checkouts.lists = .elsewhere
        #expect(standing(order(age: 2 * Self.hour), policy) == .accepted)
        #expect(standing(order(age: 15 * Self.day), policy) == .abandoned)
    }

    @Test func onlyAPersonCallsAPaidOrderOff() {
        var policy = policy
        policy.checkouts.add(failed: OrderID("order-t"))
        #expect(standing(order(age: 99 * Self.day, .processing), policy) == .accepted)
        policy.abandonedOrders = [OrderID("order-t")]
        #expect(standing(order(age: 1, .processing), policy) == .abandoned)
    }

    @Test func answersAreWantedOnlyWhereTheyCouldMatter() {
        var policy = policy
        #expect(!order(age: 2 * Self.hour).needsAnswers(now: noon, policy: policy))
        policy.checkouts.hasAnswers = false
        #expect(order(age: 2 * Self.hour).needsAnswers(now: noon, policy: policy))
        #expect(!order(age: Self.hour).needsAnswers(now: noon, policy: policy))
        #expect(!order(age: 2 * Self.hour, .processing).needsAnswers(now: noon, policy: policy))
        policy.checkouts.lists = .unread
        #expect(!order(age: 2 * Self.hour).needsAnswers(now: noon, policy: policy))
    }

    @Test func itsHoldIsReleasedAndItsSeatsHaveTheirCause() {
        var sample = Sample()
        sample.policy = policy
        sample.orders = [order(age: 15 * Self.day)]
        sample.holds = [.sample("t", .checkoutCommitted)]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        #expect(sample.plan.moved == ["abandoned-checkout 2"])
        #expect(sample.plan.counts(of: stalls)?.available == 90)
        sample.holds = [.absent("t")]
        #expect(sample.plan.moved == ["abandoned-checkout 2"])
        #expect(sample.plan.holds.isEmpty)
    }
}

/// An accepted checkout that waits for its finalizer (design section 3).
@Suite struct WaitingFinalizerTests {
    func sample(age: Int64, _ hold: HoldSurvey, pending: Int64 = 2) -> Sample {
        var sample = Sample()
        sample.orders = [.sample("t", .pendingPayment, created: -age)]
        sample.holds = [hold]
        sample.stallsInventory = .counts(100, 10, pending, 90 - pending)
        return sample
    }

    @Test func oneThatIsYoungIsNotTold() {
        #expect(sample(age: 600, .sample("t", .checkoutCommitted)).plan.findings.isEmpty)
    }

    @Test func oneThatWaitsIsTold() throws {
        let plan = sample(age: 7500, .sample("t", .checkoutCommitted, expires: 50_000)).plan
        #expect(plan.standing == .agrees)
        let note = try #require(plan.findings.first)
        #expect(note.cause == .waitingFinalizer)
        #expect(note.outcome == .noted)
        #expect(note.seats == 2)
        #expect(note.detail?.contains("order order-t (pending_payment) waits for its finalizer for 2 h 5 min") == true)
        #expect(note.detail?.contains("cannot be seen") == true)
    }

    @Test(arguments: [Int64(43_199), 300, -5, -90_000])
    func itsHashIsRenewedWhenHalfADayIsLeft(left: Int64) throws {
        let plan = sample(age: 7500, .sample("t", .checkoutCommitted, expires: left)).plan
        let change = try #require(plan.holds.first)
        #expect(
            change.hash
                == .renew(
                    as: .checkoutCommitted, order: OrderID("order-t"), expiresAt: noon.adding(seconds: 86400),
                    keyExpiresAtEpoch: HoldSurvey.epoch + 86400 + 900))
        #expect(change.index == .score(HoldSurvey.epoch + 86400))
        #expect(plan.counts.isEmpty)
        #expect(sample(age: 7500, .sample("t", .checkoutCommitted, expires: 86400)).plan.holds.isEmpty)
    }

    @Test func aHashThatTheCleanerWouldReleaseIsCommitted() throws {
        let plan = sample(age: 30, .sample("t", .held, expires: -5)).plan
        let change = try #require(plan.holds.first)
        guard case .renew(let status, let order, _, _) = change.hash else {
            Issue.record("the plan is \(plan.holds)")
            return
        }
        #expect(status == .checkoutCommitted)
        #expect(order == OrderID("order-t"))
        #expect(plan.counts.isEmpty)
    }

    @Test func redisThatHasSoldWhatSQLDoesNotShowIsNeverUndone() {
        var reserved = sample(age: 30, .sample("t", .finalized), pending: 0)
        reserved.orders = [.sample("t", .pendingPayment, expires: 60)]
        var unknown = reserved
        unknown.orders = []
        for sample in [sample(age: 30, .sample("t", .finalized), pending: 0), reserved, unknown] {
            var sample = sample
            sample.stallsInventory = .counts(100, 12, 0, 88)
            let plan = sample.plan
            guard case .sqlBehind = plan.standing else {
                Issue.record("the plan is \(plan.standing)")
                return
            }
            #expect(plan.holds.isEmpty && plan.counts.isEmpty)
            #expect(plan.findings.contains { $0.cause == .sqlBehind })
        }
    }
}
