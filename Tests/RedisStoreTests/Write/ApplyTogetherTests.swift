import HoldModel
import TestOutcomes
import TestServers
import Testing

@testable import RedisStore

/// Small events share a script, and each of them has an outcome of its own.
@Suite("plans that share a script")
struct ApplyTogetherTests {
    private static let now = Timestamp(milliseconds: 2_000_000_000_000)

    private func plan(_ event: String, holds: Range<Int>, fence: String = "-") -> EventPlan {
        let event = EventID(event)
        return EventPlan(
            event: event, standing: .differs, findings: [],
            holds: holds.map { number in
                let token = HoldToken("t\(number)")
                // Scores that do not follow the numbers.
                let order = Order(
                    id: OrderID("o\(number)"), token: token, event: event, status: .pendingPayment,
                    expiresAt: Self.now.adding(seconds: Int64(number * 7919 % 3600)), createdAt: Self.now,
                    lines: [SeatLine(category: CategoryID("c"), quantity: 1)])
                let hold = RewrittenHold(order: order, now: Self.now, policy: Policy())
                return HoldChange(
                    token: token, fence: .absent, hash: .replace(hold), index: .score(hold.expiresAtEpoch))
            },
            counts: [
                CountChange(
                    category: CategoryID("c"), before: InventoryState(fence),
                    counts: Counts(
                        total: 9000, sold: 0, pending: Int64(holds.count), available: 9000 - Int64(holds.count)),
                    version: 1, raise: 0)
            ])
    }

    @Test("are written but for the one that moved, which is left whole", arguments: HashForm.allCases)
    func areWrittenButOne(_ form: HashForm) async throws {
        try await RedisFixture.with(form: form) { redis in
            try await redis.send("SET", "eventix:test:holds:t12", "in the way")
            let outcomes = try await redis.repairs.apply([
                plan("a", holds: 0..<5), plan("b", holds: 10..<15), plan("c", holds: 20..<25, fence: "=----1:7"),
                plan("d", holds: 30..<35),
            ])
            #expect(
                outcomes == [
                    .applied, .moved(key: Array("eventix:test:holds:t12".utf8)),
                    .moved(key: Array("eventix:test:inventory:c:c".utf8)), .applied,
                ])
            #expect(try await redis.server.commandStats()["evalsha"] == 1)
            let written = Set((Array(0..<5) + Array(30..<35)).map { HoldToken("t\($0)") })
            #expect(Set(try await redis.index().keys) == written)
            #expect(try await redis.send("EXISTS", "eventix:test:inventory:b:c").integer == 0)
            #expect(try await redis.send("EXISTS", "eventix:test:holds:t10", "eventix:test:holds:t20").integer == 0)
        }
    }

    @Test("have one index between them, whether its members went ahead in order or with their holds")
    func haveOneIndex() async throws {
        try await RedisFixture.with { redis in
            let plans = (0..<60).map { plan("e\($0)", holds: ($0 * 20)..<($0 * 20 + 20)) }
            let outcomes = try await redis.repairs.apply(plans)
            #expect(outcomes == Array(repeating: .applied, count: 60))
            let index = try await redis.index()
            #expect(index.count == 1200)
            for plan in plans {
                for hold in plan.holds {
                    guard case .score(let score) = hold.index else { continue }
                    #expect(index[hold.token] == String(score))
                }
            }
        }
    }

    @Test("are applied at once where they change nothing")
    func changeNothing() async throws {
        try await RedisFixture.with { redis in
            let nothing = EventPlan(event: EventID("e"), standing: .differs, findings: [], holds: [], counts: [])
            let outcomes = try await redis.repairs.apply([nothing, plan("a", holds: 0..<1), nothing])
            #expect(outcomes == [.applied, .applied, .applied])
            #expect(try await redis.index().count == 1)
        }
    }

    @Test("take a hold that two of them name from the first alone")
    func takeHoldOnce() async throws {
        try await RedisFixture.with { redis in
            let outcomes = try await redis.repairs.apply([plan("a", holds: 0..<3), plan("b", holds: 2..<4)])
            #expect(outcomes == [.applied, .moved(key: Array("eventix:test:holds:t2".utf8))])
        }
    }
}
