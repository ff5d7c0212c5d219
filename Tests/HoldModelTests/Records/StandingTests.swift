import HoldModel
import Testing

/// How an order and a hash find their row and their column.
@Suite struct StandingTests {
    static let policy = Policy()

    func standing(_ order: Order?) -> OrderStanding {
        OrderStanding(order, now: noon, policy: Self.policy)
    }

    func standing(_ hold: HoldSurvey) -> HashStanding {
        HashStanding(hold.state, now: noon)
    }

    @Test func aReservationLastsUntilItsExpiry() {
        #expect(standing(.sample("t", .pendingPayment, expires: 1, created: -9999)) == .reserved)
        #expect(standing(.sample("t", .pendingPayment, expires: 0)) == .reserved)
        #expect(standing(.sample("t", .pendingPayment, expires: -1, created: 0)) == .reservedOver)
    }

    @Test(arguments: [nil, -1, -601, -90_000, -1_209_600] as [Int64?])
    func anAcceptedCheckoutDoesNotExpireByTime(created: Int64?) {
        #expect(standing(.sample("t", .pendingPayment, created: created)) == .accepted)
        #expect(standing(.sample("t", .processing, expires: -90_000, created: created)) == .accepted)
    }

    @Test func anOrderOfAStatusThatNobodyKnowsIsNotOver() {
        #expect(standing(.sample("t", nil, created: -90_000_000)) == .accepted)
    }

    @Test(arguments: [OrderStatus.confirmed, .completed]) func isSold(_ status: OrderStatus) {
        #expect(standing(.sample("t", status)) == .sold)
    }

    @Test(arguments: [OrderStatus.cancelled, .refunded, .expired, .failed]) func isClosed(_ status: OrderStatus) {
        #expect(standing(.sample("t", status)) == .closed)
    }

    @Test func aHoldLivesThroughTheSecondOfItsExpiry() {
        #expect(standing(.sample("t", .held, expires: 0)) == .active)
        #expect(standing(.sample("t", .held, expires: -1)) == .heldExpired)
    }

    @Test(arguments: [HoldStatus.checkoutPending, .checkoutCommitted])
    func aClaimedHoldExpiresIntoAColumnOfItsOwn(_ status: HoldStatus) {
        #expect(standing(.sample("t", status, expires: 5)) == .active)
        #expect(standing(.sample("t", status, expires: -5)) == .claimedExpired)
    }

    @Test func endedAndBrokenHashesHaveTheirColumns() {
        #expect(standing(.sample("t", .finalized)) == .finalized)
        #expect(standing(.sample("t", .expired)) == .released)
        #expect(standing(.sample("t", .cancelled)) == .released)
        #expect(standing(HoldSurvey.absent("t")) == .unusable)
        #expect(standing(HoldSurvey.zombie("t")) == .unusable)
        #expect(standing(HoldSurvey.malformed("t")) == .unusable)
    }

    @Test func anExpiryPastTheEndOfTimeIsNotOver() {
        #expect(!Hold(status: .held, expiresAtEpoch: .max, event: gala, lines: []).isExpired(at: noon))
        #expect(Hold(status: .held, expiresAtEpoch: .min, event: gala, lines: []).isExpired(at: noon))
    }
}

/// Verdicts that a grace settles.
@Suite struct GraceTests {
    func verdict(_ order: Order?, _ hold: HoldSurvey) -> Verdict {
        Verdict(order: order, state: hold.state, now: noon, policy: Policy())
    }

    @Test func aSoldHoldIsInFlightForTheFinalizeGraceSinceItWasPaid() {
        let hold = HoldSurvey.sample("t", .checkoutCommitted)
        #expect(verdict(.sample("t", .confirmed, paid: -60, updated: 0), hold) == .inFlight)
        #expect(verdict(.sample("t", .confirmed, paid: -61, updated: 0), hold) == .finalize)
    }

    @Test func theGraceCountsFromTheLastChangeWhereNothingWasPaid() {
        let hold = HoldSurvey.sample("t", .checkoutCommitted, expires: -500)
        #expect(verdict(.sample("t", .completed, updated: -10), hold) == .inFlight)
        #expect(verdict(.sample("t", .completed, updated: -100), hold) == .finalize)
        #expect(verdict(.sample("t", .completed), hold) == .finalize)
    }

    @Test func aClaimedHoldWithoutAnOrderIsLeftForTheClaimGrace() {
        #expect(verdict(nil, .sample("t", .checkoutPending, expires: -60)) == .active)
        #expect(verdict(nil, .sample("t", .checkoutPending, expires: -61)) == .release(.expired))
    }

    @Test func seatsCountAsPendingInTheLivingVerdictsOnly() {
        let living: [Verdict] = [.active, .extended, .rewrite, .activeWithoutHold, .inFlight, .renew]
        let others: [Verdict] = [
            .absent, .finalize, .release(.expired), .release(.cancelled), .notActive, .ended, .sqlBehind,
        ]
        #expect(living.filter(\.countsAsPending) == living)
        #expect(others.filter(\.countsAsPending) == [])
    }
}
