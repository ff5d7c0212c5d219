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

    @Test func anOrderWithItsOwnExpiryIsOpenUntilThen() {
        #expect(standing(.sample("t", .pendingPayment, expires: 1, created: -9999)) == .open)
        #expect(standing(.sample("t", .pendingPayment, expires: 0)) == .open)
        #expect(standing(.sample("t", .pendingPayment, expires: -1, created: 0)) == .openExpired)
    }

    @Test func anOrderWithoutExpiryIsOpenForTheHoldTTLSinceItWasCreated() {
        #expect(standing(.sample("t", .pendingPayment, created: -600)) == .open)
        #expect(standing(.sample("t", .pendingPayment, created: -601)) == .openExpired)
    }

    @Test func anOrderThatSaysNothingOfItsAgeStaysOpen() {
        #expect(standing(.sample("t", .pendingPayment, created: nil)) == .open)
    }

    @Test func aProcessingOrderDoesNotExpire() {
        #expect(standing(.sample("t", .processing, expires: -90_000, created: -90_000)) == .processing)
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
        let living: [Verdict] = [.active, .extended, .rewrite, .activeWithoutHold, .inFlight]
        let others: [Verdict] = [
            .absent, .finalize, .release(.expired), .release(.cancelled), .notActive, .ended, .lookAgain,
        ]
        #expect(living.filter(\.countsAsPending) == living)
        #expect(others.filter(\.countsAsPending) == [])
    }
}
