import HoldModel
import LuaScripts
import TestOutcomes
import TestPlatform
import TestServers
import Testing

@testable import RedisStore

/// A large event goes in slices, hold hashes and index first and counts last (design section 4).
@Suite("a plan of more keys than one script takes")
struct ApplySliceTests {
    private func plan(holds: Int, counts: Int, movedHold: Int? = nil, movedCount: Int? = nil) -> EventPlan {
        EventPlan(
            event: EventID("e"), standing: .differs, findings: [],
            holds: (0..<holds).map { number in
                HoldChange(
                    token: HoldToken("t\(number)"), fence: number == movedHold ? .otherType : .absent, hash: .keep,
                    index: .score(Int64(number)))
            },
            counts: (0..<counts).map { number in
                CountChange(
                    category: CategoryID("c\(number)"), before: InventoryState(number == movedCount ? "=----1:1" : "-"),
                    counts: Counts(total: 9, sold: 0, pending: 0, available: 9), version: 1, raise: 9)
            })
    }

    private func holds(_ numbers: Range<Int>...) -> PlanPart {
        PlanPart(holds: Set(numbers.joined().map { HoldToken("t\($0)") }))
    }

    /// How many index members and inventory hashes there are; the lease is a key as well.
    private func written(_ redis: RedisFixture) async throws -> [Int64?] {
        let members = try await redis.send("ZCARD", "eventix:test:holds:expiration-index").integer
        let keys = try await redis.send("DBSIZE").integer
        return [members, keys.map { $0 - 1 - (members == 0 ? 0 : 1) }]
    }

    @Test("is applied whole, by scripts of bounded size")
    func isAppliedWhole() async throws {
        try await RedisFixture.with { redis in
            let outcome = try await redis.repairs.apply([plan(holds: 450, counts: 250)])
            #expect(outcome == [.applied])
            #expect(try await written(redis) == [450, 250])
            // Holds, and counts without and with seats on sale.
            #expect(try await redis.server.commandStats()["evalsha"] == 3 + 2 + 2)
            #expect(
                try await redis.hash(Array("eventix:test:inventory:e:c249".utf8)) == [
                    "total": "9", "sold": "0", "pending": "0", "available": "9", "version": "1",
                ])
            #expect(try await redis.send("ZSCORE", "eventix:test:holds:expiration-index", "t449").text == "449")
        }
    }

    /// Counts that are on sale in Redis.
    private func onSale(_ redis: RedisFixture, _ counts: Range<Int>) async throws -> Set<String?> {
        var seats: Set<String?> = []
        for count in counts {
            seats.insert(try await redis.hash(Array("eventix:test:inventory:e:c\(count)".utf8))["available"])
        }
        return seats
    }

    @Test("writes all holds before a seat goes on sale: one that moved among the counts leaves none too early")
    func writesHoldsFirst() async throws {
        try await RedisFixture.with { redis in
            let moved = try await redis.repairs.apply([plan(holds: 450, counts: 250, movedCount: 10)])
            #expect(moved == [.cut(key: Array("eventix:test:inventory:e:c10".utf8), written: holds(0..<450))])
            #expect(try await written(redis) == [450, 249])
            #expect(try await onSale(redis, 0..<250) == ["0", nil])
        }
    }

    @Test("puts nothing on sale where one of the holds has moved, and tells which holds are written")
    func stopsWhereMoved() async throws {
        try await RedisFixture.with { redis in
            let moved = try await redis.repairs.apply([plan(holds: 450, counts: 250, movedHold: 250)])
            #expect(
                moved == [.cut(key: Array("eventix:test:holds:t250".utf8), written: holds(0..<200, 400..<450))])
            #expect(try await written(redis) == [250, 250])
            #expect(try await onSale(redis, 0..<250) == ["0"])
        }
    }

    @Test("keeps its place among smaller plans, each with its own outcome")
    func keepsPlace() async throws {
        try await RedisFixture.with { redis in
            let plans = [
                plan(holds: 1, counts: 0), plan(holds: 0, counts: 201, movedCount: 200), plan(holds: 0, counts: 0),
                plan(holds: 1, counts: 0, movedHold: 0),
            ]
            let outcomes = try await redis.repairs.apply(plans)
            #expect(
                outcomes == [
                    .applied,
                    .cut(
                        key: Array("eventix:test:inventory:e:c200".utf8),
                        written: PlanPart(categories: Set((0..<200).map { CategoryID("c\($0)") }))), .applied,
                    .moved(key: Array("eventix:test:holds:t0".utf8)),
                ])
        }
    }

    @Test("one script moves thousands of index members, which is more than Lua unpacks at once")
    func movesThousandsOfMembers() async throws {
        try await RedisFixture.with { redis in
            for edit in [IndexEdit.score(5), .remove] {
                let holds = (0..<9000).map { number in
                    HoldChange(token: HoldToken("t\(number)"), fence: .absent, hash: .keep, index: edit)
                }
                var packing = ApplyPacking(redis.keys, owner: Array("test".utf8), limit: 10_000, form: .payload)
                packing.add(
                    EventPlan(event: EventID("e"), standing: .differs, findings: [], holds: holds, counts: []))
                let reply = try await redis.scripts.run(.apply, packing.finished().map(\.call))
                #expect(reply.first?.array?.first?.text == "applied")
                #expect(reply.first?.array?.count == 3)
                #expect(try await written(redis)[0] == (edit == .remove ? 0 : 9000))
            }
        }
    }
}
