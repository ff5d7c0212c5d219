import HoldModel
import TestOutcomes
import Testing

@testable import RedisStore

/// What stands in Redis between the slices of a large plan never puts a seat on sale too early.
@Suite("the order of slices")
struct ApplyOrderTests {
    private func plan(raise: Int64, countsFence: String, movedHold: Int? = nil) -> EventPlan {
        EventPlan(
            event: EventID("e"), standing: .differs, findings: [],
            holds: (0..<450).map { (number: Int) in
                HoldChange(
                    token: HoldToken("t\(number)"), fence: number == movedHold ? .otherType : .absent, hash: .keep,
                    index: .score(1))
            },
            counts: [
                CountChange(
                    category: CategoryID("c"), before: InventoryState(countsFence),
                    counts: Counts(total: 9, sold: 0, pending: 5, available: 4), version: 2, raise: raise)
            ])
    }

    @Test("counts that take seats off sale come first: a hold written before would be released into seats that are not")
    func tightensFirst() async throws {
        try await RedisFixture.with { redis in
            try await redis.send("HSET", "eventix:test:inventory:e:c", "available", "9", "version", "1")
            let outcome = try await redis.repairs.apply([plan(raise: -5, countsFence: "=---1:91:1", movedHold: 300)])
            let written = PlanPart(
                holds: Set((Array(0..<200) + Array(400..<450)).map { HoldToken("t\($0)") }),
                categories: [CategoryID("c")])
            #expect(outcome == [.cut(key: Array("eventix:test:holds:t300".utf8), written: written)])
            #expect(try await redis.hash(redis.keys.inventory(EventID("e"), CategoryID("c")))["available"] == "4")

            let moved = try await redis.repairs.apply([plan(raise: -5, countsFence: "=----1:9")])
            #expect(moved == [.moved(key: Array("eventix:test:inventory:e:c".utf8))])
        }
    }

    @Test("counts that put seats on sale come last: a hold that is closed after would be sold twice")
    func raisesLast() async throws {
        try await RedisFixture.with { redis in
            let outcome = try await redis.repairs.apply([plan(raise: 4, countsFence: "-", movedHold: 0)])
            let written = PlanPart(holds: Set((200..<450).map { HoldToken("t\($0)") }))
            #expect(outcome == [.cut(key: Array("eventix:test:holds:t0".utf8), written: written)])
            // The seats of its holds are pending, and nothing is on sale.
            let counts = try await redis.hash(redis.keys.inventory(EventID("e"), CategoryID("c")))
            #expect(counts == ["total": "9", "sold": "0", "pending": "5", "available": "0", "version": "1"])
        }
    }
}
