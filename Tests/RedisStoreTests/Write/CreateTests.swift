import HoldModel
import TestOutcomes
import TestServers
import Testing

@testable import RedisStore

/// Where Redis has nothing of an event, its own refusal to write over a key is the fence.
@Suite("what is created")
struct CreateTests {
    private static let now = Timestamp(milliseconds: 2_000_000_000_000)
    private static let event = EventID("e")

    private static func change(_ token: String, index: IndexEdit? = nil) -> HoldChange {
        let order = Order(
            id: OrderID("o-\(token)"), token: HoldToken(token), event: event, status: .pendingPayment,
            expiresAt: now.adding(seconds: 600), createdAt: now,
            lines: [SeatLine(category: CategoryID("c"), quantity: 1)])
        let hold = RewrittenHold(order: order, now: now, policy: Policy())
        return HoldChange(
            token: order.token, fence: .absent, hash: .replace(hold), index: index ?? .score(hold.expiresAtEpoch))
    }

    private static func plan(_ holds: [HoldChange], fence: String = "-") -> EventPlan {
        EventPlan(
            event: event, standing: .differs, findings: [], holds: holds,
            counts: [
                CountChange(
                    category: CategoryID("c"), before: InventoryState(fence),
                    counts: Counts(total: 9, sold: 0, pending: 3, available: 6), version: 1, raise: 6)
            ])
    }

    @Test("is taken back whole where any of its keys is there", arguments: ["a", "b", "c", "inventory"])
    func isTakenBackWhole(_ there: String) async throws {
        try await RedisFixture.with { redis in
            let key = "eventix:test:" + (there == "inventory" ? "inventory:e:c" : "holds:\(there)")
            try await redis.send("SET", key, "in the way")
            let before = try await redis.dump()
            let outcomes = try await redis.repairs.apply([Self.plan(["a", "b", "c"].map { Self.change($0) })])
            #expect(outcomes == [.moved(key: Array(key.utf8))])
            #expect(try await redis.dump() == before)
        }
    }

    @Test("gets the members that it lacks, and no others")
    func getsMembers() async throws {
        try await RedisFixture.with { redis in
            let outcomes = try await redis.repairs.apply([
                Self.plan([Self.change("a"), Self.change("b", index: .keep), Self.change("c")])
            ])
            #expect(outcomes == [.applied])
            #expect(Set(try await redis.index().keys) == [HoldToken("a"), HoldToken("c")])
            #expect(try await redis.hash(Array("eventix:test:holds:b".utf8))["orderId"] == "o-b")
            #expect(try await redis.expiry(Array("eventix:test:holds:b".utf8)) == 2_000_000_600 + 900)
            #expect(try await redis.expiry(Array("eventix:test:inventory:e:c".utf8)) == -1)
        }
    }

    @Test("is what one script writes as it would be field by field", arguments: [1, 30, 300])
    func isTheSameAsFields(_ seats: Int) async throws {
        // Enough categories make the entries too long for the compact form.
        func hashes(_ form: HashForm) async throws -> [[String: String]] {
            try await RedisFixture.with(form: form) { redis in
                let order = Order(
                    id: OrderID("o"), token: HoldToken("t"), event: Self.event, status: .processing, expiresAt: nil,
                    createdAt: Self.now,
                    lines: (0..<seats).map { SeatLine(category: CategoryID("c\($0)"), quantity: 2) })
                let hold = RewrittenHold(order: order, now: Self.now, policy: Policy())
                let change = HoldChange(
                    token: order.token, fence: .absent, hash: .replace(hold), index: .score(hold.expiresAtEpoch))
                let outcomes = try await redis.repairs.apply([Self.plan([change])])
                #expect(outcomes == [.applied])
                return [
                    try await redis.hash(Array("eventix:test:holds:t".utf8)),
                    try await redis.hash(Array("eventix:test:inventory:e:c".utf8)),
                ]
            }
        }
        let fields = try await hashes(.fields)
        #expect(fields.map(\.count) == [10, 5])
        #expect(try await hashes(.payload) == fields)
    }

    @Test("never takes the index for a hold, whose token may be its name")
    func neverTakesIndex() async throws {
        try await RedisFixture.with { redis in
            let outcomes = try await redis.repairs.apply([Self.plan([Self.change("expiration-index")])])
            #expect(outcomes == [.moved(key: Array("eventix:test:holds:expiration-index".utf8))])
            #expect(try await redis.send("DBSIZE").integer == 1)
        }
    }

    @Test("is refused where the index is no sorted set, and where another run holds the lease")
    func isRefused() async throws {
        try await RedisFixture.with { redis in
            try await redis.send("SET", "eventix:test:holds:expiration-index", "no set")
            await #expect(throws: RedisError.self) {
                _ = try await redis.repairs.apply([Self.plan([Self.change("a")])])
            }
            try await redis.send("DEL", "eventix:test:holds:expiration-index")
            try await redis.send("SET", "eventix:test:hold-reconciler:lease", "another run")
            await #expect(throws: LeaseLoss.self) {
                _ = try await redis.repairs.apply([Self.plan([Self.change("a")])])
            }
            #expect(try await redis.send("DBSIZE").integer == 1)
        }
    }
}
