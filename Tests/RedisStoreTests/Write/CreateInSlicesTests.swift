import HoldModel
import TestOutcomes
import TestServers
import TestTables
import Testing

@testable import RedisStore

/// An event that Redis has nothing of and that is too large for one transaction.
@Suite struct CreateInSlicesTests {
    private static let now = Timestamp(milliseconds: 2_000_000_000_000)
    private static let gala = EventID("gala")
    private static let orders = 1000

    /// Three categories, the last of them sold out, and a thousand orders whose expiries come in no order.
    private static let table = SnapshotTable([
        EventSnapshot(
            event: gala,
            categories: [("a", 5000, 3), ("b", 5000, 0), ("full", 9, 9)].map {
                CategoryRow(id: CategoryID($0), total: $1, sold: $2)
            },
            orders: (0..<orders).map(order))
    ])

    private static func order(_ number: Int) -> Order {
        let seconds = Int64(600 + number * 7919 % 3600)
        let line = SeatLine(category: CategoryID(number % 2 == 0 ? "a" : "b"), quantity: 2)
        return Order(
            id: OrderID("o\(number)"), token: HoldToken("t\(number)"), event: gala, status: .pendingPayment,
            expiresAt: now.adding(seconds: seconds), createdAt: now, lines: [line])
    }

    private func creation() throws -> EventCreation {
        let creation = EventCreation(0, of: Self.table, policy: Policy(), now: Self.now)
        return try #require(creation)
    }

    private func counts(_ redis: RedisFixture, _ category: String) async throws -> [String: String] {
        try await redis.hash(Array("eventix:test:inventory:gala:\(category)".utf8))
    }

    @Test func leavesWhatAPlanLeaves() async throws {
        let creation = try creation()
        let planned = try await RedisFixture.with { redis in
            let snapshot = Self.table.snapshot(of: 0)
            let request = SurveyRequest(
                event: Self.gala, categories: snapshot.categories.map(\.id), tokens: snapshot.orders.map(\.token))
            let survey = try await redis.store.survey([request])[0]
            let plan = EventPlan(snapshot: snapshot, survey: survey, policy: Policy(), now: Self.now)
            #expect(try await redis.repairs.apply([plan]) == [.applied])
            return try await redis.dumpWithoutLease()
        }
        let created = try await RedisFixture.withLanes { redis in
            #expect(redis.repairs.writable([creation], of: Self.table).isEmpty)
            #expect(await redis.repairs.isWritableInSlices(creation, of: Self.table))
            #expect(try await redis.repairs.createInSlices(creation, of: Self.table) == .applied)
            // Hold hashes and inventories once; what the two that have seats on sale get later are fields of what is there.
            #expect(try await redis.server.commandStats()["restore"] == Self.orders + 3)
            #expect(try await redis.server.commandStats()["hset"] == 2)
            return try await redis.dumpWithoutLease()
        }
        #expect(created == planned)
        #expect(created?.isEmpty == false)
    }

    /// Hashes with a TTL may be evicted, and the counts do not tell; the index is lost with what it had until then.
    @Test(arguments: [
        "DEL eventix:test:holds:t77", "ZREMRANGEBYRANK eventix:test:holds:expiration-index 0 19",
        "ZREMRANGEBYRANK eventix:test:holds:expiration-index 0 -2", "",
    ])
    func standsWhereEveryHoldAndTheIndexAreThere(_ loss: String) async throws {
        let creation = NewMembers.ordering(try creation(), in: Self.table)
        try await RedisFixture.withLanes { redis in
            #expect(try await redis.repairs.createInSlices(creation, of: Self.table) == .applied)
            if !loss.isEmpty { try await redis.send(loss.split(separator: " ").map { Array($0.utf8) }) }
            // The counts stand, and where the index is lost, so is the member that is asked for beside them.
            let stands = try await redis.store.stand([creation], of: Self.table)
            #expect(stands == [!loss.hasPrefix("ZREM")])
            #expect(try await redis.store.holdsStand(creation, of: Self.table) == loss.isEmpty)
        }
    }

    @Test func isLeftToPlansWithoutLanes() async throws {
        let creation = try creation()
        try await RedisFixture.with { redis in
            #expect(await !redis.repairs.isWritableInSlices(creation, of: Self.table))
        }
    }

    @Test func writesNothingBesideAnInventoryThatIsThere() async throws {
        let creation = try creation()
        try await RedisFixture.withLanes { redis in
            try await redis.send("HSET", "eventix:test:inventory:gala:b", "version", "7")
            let outcome = try await redis.repairs.createInSlices(creation, of: Self.table)
            guard case .moved(let key) = outcome else {
                Issue.record("became \(String(describing: outcome))")
                return
            }
            #expect(String(decoding: key, as: UTF8.self) == "eventix:test:inventory:gala:b")
            #expect(try await redis.send("ZCARD", "eventix:test:holds:expiration-index").integer == 0)
        }
    }

    @Test func putsNothingOnSaleWhereAHoldsKeyIsThere() async throws {
        let creation = try creation()
        try await RedisFixture.withLanes { redis in
            try await redis.send("HSET", "eventix:test:holds:t500", "status", "checkout_committed")
            guard case .cut(let key, let written) = try await redis.repairs.createInSlices(creation, of: Self.table)
            else {
                Issue.record("was not cut")
                return
            }
            #expect(String(decoding: key, as: UTF8.self) == "eventix:test:holds:t500")
            // The sold-out category is as planned from the first slice on; the others have nothing on sale.
            #expect(written.categories == [CategoryID("full")])
            #expect(!written.holds.contains(HoldToken("t500")))
            // What is told as written is there, the rest of that transaction too.
            #expect(written.holds.count >= 199)
            for token in written.holds {
                #expect(try await redis.send([Array("EXISTS".utf8), redis.keys.hold(token)]).integer == 1)
            }
            for category in ["a", "b"] {
                let counts = try await counts(redis, category)
                #expect(counts["available"] == "0" && counts["version"] == "0" && counts["pending"] == "1000")
            }
            #expect(try await redis.hash(Array("eventix:test:holds:t500".utf8)) == ["status": "checkout_committed"])
        }
    }

    @Test func writesNothingWithoutTheLease() async throws {
        let creation = try creation()
        try await RedisFixture.withLanes { redis in
            try await redis.send([Array("SET".utf8), redis.keys.lease, Array("another run".utf8)])
            let before = try await redis.dump()
            let loss = await #expect(throws: LeaseLoss.self) {
                try await redis.repairs.createInSlices(creation, of: Self.table)
            }
            #expect(loss == .taken(by: "another run"))
            #expect(try await redis.dump() == before)
        }
    }

    /// The commands of a transaction are not the user's to give: a plan does what is left.
    @Test(arguments: ["-watch", "-multi", "-exec"])
    func leavesTheHoldsToAPlanWhereTheUserMayNotWatch(_ right: String) async throws {
        let creation = try creation()
        let users = ["limited on nopass allkeys allchannels +@all \(right)"]
        try await RedisFixture.withLanes(RedisServerOptions(aclUsers: users), user: "limited") { redis in
            guard case .cut = try await redis.repairs.createInSlices(creation, of: Self.table) else {
                Issue.record("was not cut")
                return
            }
            #expect(await !redis.repairs.isWritableInSlices(creation, of: Self.table))
            #expect(try await counts(redis, "a")["available"] == "0")
        }
    }

    @Test func tellsWhatIsWrongWithTheIndex() async throws {
        let creation = try creation()
        try await RedisFixture.withLanes { redis in
            try await redis.send("SET", "eventix:test:holds:expiration-index", "no set")
            let refusal = await #expect(throws: RedisError.self) {
                try await redis.repairs.createInSlices(creation, of: Self.table)
            }
            #expect("\(try #require(refusal))".contains("is no sorted set"))
            #expect(try await counts(redis, "a")["available"] ?? "0" == "0")
        }
    }
}
