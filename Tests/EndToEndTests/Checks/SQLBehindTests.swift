import TestPlatform
import TestServers
import Testing

/// Redis has finalized what SQL does not show as sold: nothing is undone, and people are told.
@Suite(.postgres) struct SQLBehindTests {
    static let rebuild = FinalizerBacklogTests.rebuild

    /// What a database that was restored says of the order.
    enum Restored: CaseIterable {
        case accepted
        case processing
        case reserved
        case reservedAndOver
        case notThereAtAll
    }

    @Test(arguments: Restored.allCases, ["live", "stopped"])
    func aSaleThatRedisHasFinalizedIsNotUndone(_ restored: Restored, _ traffic: String) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.sellBefore(restored)
            let leak = try await Fault.ttlRace.inject(into: platform, event: "leaky")
            let before = (try await platform.hold(hold.token), try await platform.inventory(of: hold))

            let check = try await program.report("check", "--release-after", "0.1", "--traffic", traffic)
            #expect(check.exitStatus == 2)
            #expect(check.findings.filter { $0.cause == "sql-behind" }.reduce(0) { $0 + $1.seats } == 6)

            let rebuild = try await program.report(Self.rebuild + ["--traffic", traffic])
            #expect(rebuild.exitStatus == 2)
            #expect(rebuild.causes == ["sql-behind", "ttl-race"])
            #expect(rebuild.totals.deferred == 0)
            let detail = try #require(rebuild.findings.first { $0.cause == "sql-behind" })
            #expect(detail.hold == hold.token)
            #expect(try await platform.hold(hold.token) == before.0)
            #expect(try await platform.inventory(of: hold) == before.1)
            try await platform.expect(leak)
        }
    }

    @Test func itStaysAFindingForPeople() async throws {
        try await withPlatform { platform, program in
            _ = try await Fault.sqlBehind.inject(into: platform, event: "gala")
            let dump = try await platform.redis.dumpAll()
            for _ in 1...2 {
                let report = try await program.report(Self.rebuild)
                #expect(report.exitStatus == 2)
                #expect(report.causes == ["sql-behind"])
                #expect(report.totals.byCause["sql-behind"] == Document.CauseTotal(count: 1, seats: 2))
            }
            #expect(try await platform.redis.dumpAll() == dump)
        }
    }

    /// A sale may be in Redis a moment before a snapshot that is taken meanwhile shows it.
    @Test func aSaleThatSQLShowsInTheEndIsNone() async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.sellBefore(.accepted)
            try await platform.confirmSQL(hold)
            let report = try await program.report(Self.rebuild)
            #expect(report.exitStatus == 0)
            #expect(report.findings.isEmpty)
        }
    }
}

extension Platform {
    /// Six seats of the hall, sold in both servers, and a database that has lost the sale.
    fileprivate func sellBefore(_ restored: SQLBehindTests.Restored) async throws -> PlatformHold {
        let hold = try await takeSixSeats(age: 120)
        try await checkoutA(hold, at: Clock.now() - 100)
        try await sell(hold, at: Clock.now() - 90)
        try await forgetSale(hold)
        switch restored {
        case .accepted: return hold
        case .processing: try await updateOrder(hold, status: "processing")
        case .reserved: try await updateOrder(hold, status: "pending_payment", expiresAt: Clock.now() + 300)
        case .reservedAndOver: try await updateOrder(hold, status: "pending_payment", expiresAt: Clock.now() - 30)
        case .notThereAtAll: try await sql("DELETE FROM orders")
        }
        return hold
    }

    fileprivate func inventory(of hold: PlatformHold) async throws -> [String: String] {
        try await inventory(event: hold.event, category: hold.seats[0].category)
    }
}
