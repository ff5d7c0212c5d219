import TestPlatform
import TestServers
import Testing

/// Seats of an accepted order go back on sale on evidence that nobody will sell them, and on nothing else.
@Suite(.postgres) struct AbandonedCheckoutTests {
    static let rebuild = FinalizerBacklogTests.rebuild

    /// What is left of the hold in Redis.
    enum Rest: CaseIterable {
        case hash
        case seatsOnly
    }

    @Test(arguments: StuckCheckout.abandoned, Rest.allCases)
    func seatsThatNobodyWillSellComeBack(_ stuck: StuckCheckout, _ rest: Rest) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.make(stuck, leaving: rest)
            let check = try await program.report("check", "--deep")
            #expect(check.exitStatus == 2)
            #expect(check.findings.filter { $0.cause == "abandoned-checkout" }.reduce(0) { $0 + $1.seats } == 6)
            try await platform.expectHall(sold: 0, pending: 6)

            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: 0)
            #expect(try await platform.index() == [:])
            let status = try await platform.hold(hold.token)["status"]
            #expect(rest == .hash ? ["cancelled", "expired"].contains(status) : status == nil)
            let again = try await program.report(Self.rebuild)
            #expect(again.exitStatus == 0)
            #expect(again.drift.isEmpty)
            try await expectAgreement(on: platform)
        }
    }

    @Test(arguments: StuckCheckout.waiting, Rest.allCases)
    func seatsThatSomebodyMaySellStayOffSale(_ stuck: StuckCheckout, _ rest: Rest) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.make(stuck, leaving: rest)
            let report = try await program.report(Self.rebuild)
            #expect(report.exitStatus == 0)
            #expect(!report.causes.contains("abandoned-checkout"))
            #expect(report.findings.contains { $0.cause == "waiting-finalizer" && $0.outcome == "noted" })
            try await platform.expectHall(sold: 0, pending: 6)
            try await platform.expectKept(hold)
            try await expectAgreement(on: platform)
        }
    }

    /// A platform has stuck orders of years. The first run must not take their seats off sale.
    @Test(arguments: ["live", "stopped"], [false, true])
    func ordersOlderThanAnyQueueTakeNoSeatOffSale(_ traffic: String, _ isEmptied: Bool) async throws {
        try await withPlatform { platform, program in
            let hold = try await StuckCheckout.olderThanAnyQueue.make(on: platform)
            try await platform.forget(hold)
            let key = platform.inventoryKey(event: Platform.hall.event, category: Platform.hall.category)
            try await platform.redis.command("HSET", key, "pending", "0", "available", "10", "version", "9")
            if isEmptied { try await platform.redis.flushAll() }
            let dump = try await platform.redis.dumpAll()
            let report = try await program.report(Self.rebuild + ["--traffic", traffic])
            #expect(report.exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: 0)
            #expect(try await platform.hold(hold.token).isEmpty)
            if !isEmptied { #expect(try await platform.redis.dumpAll() == dump) }
        }
    }

    @Test(arguments: [StuckCheckout.checkoutWhoseMessageIsInHand, .olderThanAnyQueueAndProcessing])
    func aPersonMaySayThatNobodyWillSellAnOrder(_ stuck: StuckCheckout) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.make(stuck, leaving: .hash)
            let another = try await program.report(Self.rebuild + ["--abandon-order", "order-of-somebody-else"])
            #expect(another.exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: 6)

            let named = Self.rebuild + ["--abandon-order", "order-of-somebody-else", "--abandon-order", hold.order]
            let report = try await program.report(named)
            #expect(report.exitStatus == 0)
            #expect(report.totals.byCause["abandoned-checkout"]?.seats == 6)
            try await platform.expectHall(sold: 0, pending: 0)
        }
    }

    /// A message is stronger than what a person believes.
    @Test(arguments: [StuckCheckout.olderThanAnyQueueWithAMessage, .failedCheckoutWithADeadLetter])
    func aNamedOrderWithAMessageKeepsItsSeats(_ stuck: StuckCheckout) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.make(stuck, leaving: .hash)
            let report = try await program.report(Self.rebuild + ["--abandon-order", hold.order])
            #expect(report.exitStatus == 0)
            #expect(!report.causes.contains("abandoned-checkout"))
            try await platform.expectHall(sold: 0, pending: 6)
        }
    }

    /// Both ages are the operator's to change.
    @Test(arguments: [
        (StuckCheckout.failedCheckoutWithinItsGrace, ["--abandoned-after", "30m"], 0),
        (StuckCheckout.failedCheckout, ["--abandoned-after", "3h"], 6),
        (StuckCheckout.aDayYoungerThanAnyQueue, ["--abandon-checkouts-older-than", "12d"], 0),
        (StuckCheckout.olderThanAnyQueue, ["--abandon-checkouts-older-than", "1296000"], 6),
    ])
    func theAgesAreThoseThatAreGiven(_ stuck: StuckCheckout, _ options: [String], _ pending: Int) async throws {
        try await withPlatform { platform, program in
            _ = try await platform.make(stuck, leaving: .hash)
            #expect(try await program.report(Self.rebuild + options).exitStatus == 0)
            try await platform.expectHall(sold: 0, pending: pending)
        }
    }

    /// The dead letters are replayed by hand, days later.
    @Test func aDeadLetterThatIsReplayedIsSold() async throws {
        try await withPlatform { platform, program in
            _ = try await platform.make(.failedCheckoutWithADeadLetter, leaving: .seatsOnly)
            #expect(try await platform.deadLetters().map(\.attempts) == [1])
            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            try await platform.replayDeadLetters()
            #expect(try await platform.finalizeAll() == [.sold])
            try await platform.expectHall(sold: 6, pending: 0)
            #expect(try await program.report("check", "--deep").findings.isEmpty)
        }
    }
}

extension Platform {
    fileprivate func make(
        _ stuck: StuckCheckout, leaving rest: AbandonedCheckoutTests.Rest
    ) async throws -> PlatformHold {
        let hold = try await stuck.make(on: self)
        if rest == .seatsOnly { try await forget(hold) }
        return hold
    }
}
