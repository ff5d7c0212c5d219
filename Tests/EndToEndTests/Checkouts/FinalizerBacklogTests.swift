import TestPlatform
import TestServers
import Testing

/// The finalizer is away for longer than any hold lives, and comes back (contract section 3): nothing is sold twice, and it
/// can finish its work.
@Suite(.postgres) struct FinalizerBacklogTests {
    static let rebuild = ["rebuild", "--holds", "rebuild", "--execute", "--release-after", "0.1"]

    /// What becomes of an accepted hold while nobody comes for it.
    enum Loss: CaseIterable {
        /// Its time is over; hash and member are still there.
        case time
        /// The cleaner drops the member too.
        case member
        /// Redis drops the hash by its TTL; the member waits for the cleaner.
        case hash
        case hashAndMember
        /// A late commit makes a hash of two fields.
        case entries
        case wholeRedis
    }

    /// How the platform accepts it.
    enum Flow: CaseIterable {
        case checkout
        case confirmation
    }

    @Test(arguments: Loss.allCases, ["live", "stopped"])
    func theSeatsOfACheckoutStayOffSaleAndTheLateFinalizerSucceeds(_ loss: Loss, _ traffic: String) async throws {
        try await sellLate(.checkout, loss, traffic)
    }

    @Test(arguments: Loss.allCases, ["live", "stopped"])
    func theSeatsOfAConfirmedOrderStayOffSaleAndTheLateFinalizerSucceeds(_ loss: Loss, _ traffic: String) async throws {
        try await sellLate(.confirmation, loss, traffic)
    }

    private func sellLate(_ flow: Flow, _ loss: Loss, _ traffic: String) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.acceptTwoHoursAgo(flow)
            let message = try #require(try await platform.takeMessage())
            try await platform.suffer(loss, hold)
            let rebuild = Self.rebuild + ["--traffic", traffic]

            let first = try await program.report(rebuild)
            #expect(first.exitStatus == 0, "\(first.findings)")
            #expect(first.findings.contains { $0.cause == "waiting-finalizer" && $0.outcome == "noted" })
            try await platform.expectHall(sold: 0, pending: 6)
            try await platform.expectKept(hold)
            await #expect(throws: Refusal(operation: .acquire, reason: "unavailable", token: "next")) {
                try await platform.acquire("next", event: "gala", [Seats("stalls", 8)])
            }

            let dump = try await platform.redis.dumpAll()
            #expect(try await program.report(rebuild).exitStatus == 0)
            #expect(try await platform.redis.dumpAll() == dump)

            try await platform.send(message)
            #expect(try await platform.finalizeAll() == [.sold])
            try await platform.expectHall(sold: 6, pending: 0)
            #expect(try await platform.soldInSQL() == 6)
            let last = try await program.report("check", "--deep")
            #expect(last.exitStatus == 0)
            #expect(last.findings.isEmpty)
            try await expectAgreement(on: platform)
        }
    }

    /// Written again for a day, it must not end while its order waits for longer.
    @Test func theHashIsRenewedOnceHalfOfItsDayIsOver() async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.acceptTwoHoursAgo(.checkout)
            try await platform.forget(hold)
            #expect(try await program.report(Self.rebuild).exitStatus == 0)

            try await platform.leave(hold, hours: 20)
            let dump = try await platform.redis.dumpAll()
            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            #expect(try await platform.redis.dumpAll() == dump)

            try await platform.leave(hold, hours: 11)
            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            try await platform.expectKept(hold)
            try await platform.expectHall(sold: 0, pending: 6)
        }
    }

    /// The cleaner comes between two runs: it drops members of claimed holds, and releases none of them.
    @Test func theCleanerTakesNothingFromIt() async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.acceptTwoHoursAgo(.checkout)
            try await platform.forget(hold)
            #expect(try await program.report(Self.rebuild).exitStatus == 0)
            let run = try await platform.clean(at: Clock.now() + 2 * 86400)
            #expect(run.released == 0)
            #expect(try await platform.finalizeAll() == [.sold])
            try await platform.expectHall(sold: 6, pending: 0)
        }
    }

    /// The buyer has claimed nothing yet by Redis, and SQL has accepted the order: a rebuild that lost the claim.
    @Test(arguments: ["live", "stopped"])
    func aHeldHashOfAnAcceptedOrderIsNotReleased(_ traffic: String) async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.acceptTwoHoursAgo(.checkout)
            try await platform.redis.command("HSET", platform.holdKey(hold.token), "status", "held")
            #expect(try await program.report(Self.rebuild + ["--traffic", traffic]).exitStatus == 0)
            try await platform.expectKept(hold)
            #expect(try await platform.clean().released == 0)
            #expect(try await platform.finalizeAll() == [.sold])
            try await platform.expectHall(sold: 6, pending: 0)
        }
    }

    /// The finalizer stopped between its two halves: what it sold is no longer waiting for it.
    @Test func oneThatSellsInSQLOnlyIsFinishedByTheRun() async throws {
        try await withPlatform { platform, program in
            let hold = try await platform.acceptTwoHoursAgo(.checkout)
            try await platform.forget(hold)
            let refusal = Refusal(operation: .finalize, reason: "missing", token: hold.token)
            #expect(try await platform.finalizeAll(at: Clock.now() - 3600) == [.soldInSQLOnly(refusal)])
            let report = try await program.report(Self.rebuild)
            #expect(report.exitStatus == 0)
            #expect(!report.causes.contains("waiting-finalizer"))
            try await platform.expectHall(sold: 6, pending: 0)
        }
    }
}

extension Platform {
    /// An accepted order of six seats whose message waits; nobody has told of it for two hours.
    fileprivate func acceptTwoHoursAgo(_ flow: FinalizerBacklogTests.Flow) async throws -> PlatformHold {
        let hold = try await takeSixSeats(age: 7200)
        let accepted = Clock.now() - 7100
        switch flow {
        case .checkout: try await checkout(hold, at: accepted, hashTTL: 3 * 3600)
        case .confirmation:
            try await orderB(hold, at: accepted - 60)
            try await confirmB(hold, at: accepted, hashTTL: 3 * 3600)
        }
        return hold
    }

    fileprivate func suffer(_ loss: FinalizerBacklogTests.Loss, _ hold: PlatformHold) async throws {
        switch loss {
        case .time: return
        case .member: try await clean()
        case .hash: try await redis.command("DEL", holdKey(hold.token))
        case .hashAndMember: try await forget(hold)
        case .entries:
            try await forget(hold)
            try await commit(hold)
        case .wholeRedis: try await redis.flushAll()
        }
    }

    /// Makes a hold as one that has so many hours left: hash, TTL and score.
    fileprivate func leave(_ hold: PlatformHold, hours: Int) async throws {
        let expiry = Clock.now() + hours * 3600
        let key = holdKey(hold.token)
        try await redis.command("HSET", key, "expiresAt", Clock.text(of: expiry), "expiresAtEpoch", String(expiry))
        try await redis.command("EXPIREAT", key, String(expiry + 900))
        try await redis.command("ZADD", indexKey, String(expiry), hold.token)
    }
}
