import HoldModel
import Testing

/// Holds whose time is over: their seats go back on sale, the hash is closed as the platform closes it.
@Suite struct ReleaseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let order: Order?
        let hold: HoldSurvey
        let cause: Cause
        let status: HoldStatus

        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "a held hold past its expiry", order: nil, hold: .sample("t", .held, expires: -90),
            cause: .expiredHold, status: .expired),
        Case(
            name: "its order expired with it", order: .sample("t", .pendingPayment, expires: -90),
            hold: .sample("t", .held, expires: -90), cause: .expiredHold, status: .expired),
        Case(
            name: "claimed, and the client disappeared", order: nil,
            hold: .sample("t", .checkoutPending, expires: -90), cause: .lostClaim, status: .expired),
        Case(
            name: "committed, and no order was ever written", order: nil,
            hold: .sample("t", .checkoutCommitted, expires: -90), cause: .failedRollback, status: .expired),
        Case(
            name: "committed, and checkout failed", order: .sample("t", .failed),
            hold: .sample("t", .checkoutCommitted), cause: .failedRollback, status: .cancelled),
        Case(
            name: "held under a cancelled order", order: .sample("t", .cancelled), hold: .sample("t", .held),
            cause: .closedOrder, status: .cancelled),
        Case(
            name: "committed under a refunded order", order: .sample("t", .refunded),
            hold: .sample("t", .checkoutCommitted), cause: .closedOrder, status: .cancelled),
    ]

    @Test(arguments: cases) func givesItsSeatsBack(_ release: Case) {
        var sample = Sample()
        sample.orders = release.order.map { [$0] } ?? []
        sample.holds = [release.hold]
        sample.stallsInventory = .counts(100, 10, 2, 88)
        let plan = sample.plan
        #expect(plan.moved == ["\(release.cause.rawValue) 2"])
        #expect(plan.counts(of: stalls) == Counts(total: 100, sold: 10, pending: 0, available: 90))
        #expect(plan.holds.map(\.index) == [.remove])
        #expect(
            plan.holds.map(\.hash) == [
                .close(status: release.status, at: noon, reason: release.cause, keptFor: 600)
            ])
    }
}
