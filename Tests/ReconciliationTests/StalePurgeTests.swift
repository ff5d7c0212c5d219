import HoldModel
import RedisStore
import Testing

@testable import Reconciliation

/// What a purge of index members asks for, and what it makes of the answers, without a server.
@Suite struct StalePurgeTests {
    private static let now = Timestamp(milliseconds: 1_777_636_800_000)
    private static let token = HoldToken("a")
    private static let second = now.milliseconds / 1000

    private func hold(_ status: HoldStatus, expiresIn seconds: Int64) -> HoldSurvey {
        let hold = Hold(
            status: status, expiresAtEpoch: Self.second + seconds, event: EventID("gala"),
            lines: [SeatLine(category: CategoryID("stalls"), quantity: 2)])
        return HoldSurvey(
            token: Self.token, state: .whole(hold), fence: fence("\(status)|\(seconds)"), score: .score([49]))
    }

    private func fence(_ text: String) -> HoldFence {
        .hash(status: Array(text.utf8), expiresAtEpoch: nil)
    }

    private var absent: HoldSurvey {
        HoldSurvey(token: Self.token, state: .absent, fence: .absent, score: .score([49]))
    }

    private func order(_ status: OrderStatus, expiresIn seconds: Int64?) -> Order {
        Order(
            id: OrderID("o"), token: Self.token, event: EventID("gala"), status: status,
            expiresAt: seconds.flatMap { Timestamp(seconds: Self.second + $0) }, createdAt: Self.now, paidAt: nil,
            lines: [SeatLine(category: CategoryID("stalls"), quantity: 2)])
    }

    /// Reads once: clock, orders, survey.
    private func read(_ purge: inout StalePurge, _ survey: [HoldSurvey], _ orders: [Order] = []) {
        #expect(purge.next == .clock)
        purge.take(now: Self.now)
        #expect(purge.next == .orders)
        purge.take(Dictionary(uniqueKeysWithValues: orders.map { ($0.token, $0) }))
        #expect(purge.next == .survey)
        purge.take(survey, Policy())
    }

    @Test func aMemberWithoutAHashIsRemoved() {
        var purge = StalePurge([Self.token])
        read(&purge, [absent])
        #expect(purge.next == .remove)
        #expect(purge.takeStale().map(\.removal) == [absent.removal])
        #expect(absent.removal.index == .remove && absent.removal.hash == .keep)
        #expect(purge.next == nil)
    }

    @Test func anExpiredHeldHoldIsReleased() {
        var purge = StalePurge([Self.token])
        read(&purge, [hold(.held, expiresIn: -1)])
        #expect(purge.next == .release)
        #expect(purge.takeExpired().map(\.token) == [Self.token])
        #expect(purge.now == Self.now)
        #expect(purge.next == nil)
    }

    @Test(
        "an active hold, one that is bought, and one at checkout are let alone",
        arguments: [(HoldStatus.held, 60, nil), (.checkoutPending, -1, nil), (.held, -1, OrderStatus.processing)])
    func whatIsNotOverStays(_ status: HoldStatus, _ seconds: Int64, _ order: OrderStatus?) {
        var purge = StalePurge([Self.token])
        read(&purge, [hold(status, expiresIn: seconds)], order.map { [self.order($0, expiresIn: nil)] } ?? [])
        #expect(purge.next == nil)
    }

    @Test func aHoldThatARebuildRefusesIsLetAlone() {
        var purge = StalePurge([Self.token])
        let other = Hold(
            status: .held, expiresAtEpoch: Self.second - 1, event: EventID("another"),
            lines: [SeatLine(category: CategoryID("stalls"), quantity: 2)])
        read(
            &purge,
            [HoldSurvey(token: Self.token, state: .whole(other), fence: fence("x"), score: .score([49]))],
            [order(.pendingPayment, expiresIn: 60)])
        #expect(purge.next == nil)
    }

    @Test func membersGoBeforeReleasesAndEachAtATime() {
        var purge = StalePurge([Self.token])
        read(&purge, [hold(.held, expiresIn: -1), absent, absent])
        #expect(purge.next == .remove)
        #expect(purge.takeStale(1).count == 1)
        #expect(purge.next == .remove)
        #expect(purge.takeStale(1).count == 1)
        #expect(purge.next == .release)
        #expect(purge.takeExpired(1).count == 1)
        #expect(purge.next == nil)
    }

    @Test func besideAStandbyAllIsReadOnceMore() {
        var purge = StalePurge([Self.token, HoldToken("b")], readsStandby: true)
        read(&purge, [hold(.held, expiresIn: -1)])
        #expect(purge.next == .replay && !purge.isConfirming)
        purge.takeReplay()
        #expect(purge.members == [Self.token] && purge.isConfirming)
        read(&purge, [hold(.held, expiresIn: -1)])
        #expect(purge.next == .release)
    }

    @Test func besideAStandbyWhatMovedMeanwhileIsLetAlone() {
        var purge = StalePurge([Self.token], readsStandby: true)
        read(&purge, [hold(.held, expiresIn: -1)])
        purge.takeReplay()
        read(&purge, [hold(.held, expiresIn: -2)])
        #expect(purge.next == nil)
    }

    @Test func besideAStandbyWhatTheOrderSaysNowCounts() {
        var purge = StalePurge([Self.token], readsStandby: true)
        read(&purge, [hold(.held, expiresIn: -1)])
        purge.takeReplay()
        read(&purge, [hold(.held, expiresIn: -1)], [order(.processing, expiresIn: nil)])
        #expect(purge.next == nil)
    }

    @Test func nothingFoundBesideAStandbyNeedsNoSecondReading() {
        var purge = StalePurge([Self.token], readsStandby: true)
        read(&purge, [hold(.held, expiresIn: 60)])
        #expect(purge.next == nil)
    }
}
