import HoldModel
import LuaScripts
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
                    category: CategoryID("c\(number)"), fence: Array((number == movedCount ? "=1" : "-").utf8),
                    counts: Counts(total: 9, sold: 0, pending: 0, available: 9), version: 1, raise: 9)
            })
    }

    private func tokens(_ count: Int) -> Set<HoldToken> {
        Set((0..<count).map { HoldToken("t\($0)") })
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
            #expect(try await redis.server.commandStats()["evalsha"] == 5)
            #expect(try await redis.send("ZSCORE", "eventix:test:holds:expiration-index", "t449").text == "449")
        }
    }

    @Test("writes all holds before the first count: one that moved among the counts leaves no seat on sale too early")
    func writesHoldsFirst() async throws {
        try await RedisFixture.with { redis in
            let moved = try await redis.repairs.apply([plan(holds: 450, counts: 250, movedCount: 10)])
            #expect(moved == [.cut(key: Array("eventix:test:inventory:e:c10".utf8), written: tokens(450))])
            #expect(try await written(redis) == [450, 0])
        }
    }

    @Test("stops at the first slice that finds Redis changed")
    func stopsWhereMoved() async throws {
        try await RedisFixture.with { redis in
            let moved = try await redis.repairs.apply([plan(holds: 450, counts: 250, movedHold: 250)])
            #expect(moved == [.cut(key: Array("eventix:test:holds:t250".utf8), written: tokens(200))])
            #expect(try await written(redis) == [200, 0])
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
                    .applied, .cut(key: Array("eventix:test:inventory:e:c200".utf8), written: []), .applied,
                    .moved(key: Array("eventix:test:holds:t0".utf8)),
                ])
        }
    }

    @Test("one script moves thousands of index members, which is more than Lua unpacks at once")
    func movesThousandsOfMembers() async throws {
        try await RedisFixture.with { redis in
            for edit in [IndexEdit.score(5), .remove] {
                var call = ScriptCall()
                call.addKey(redis.keys.lease)
                call.addKey(redis.keys.index)
                let holds = (0..<9000).map { number in
                    HoldChange(token: HoldToken("t\(number)"), fence: .absent, hash: .keep, index: edit)
                }
                for hold in holds { call.addKey(redis.keys.hold(hold.token)) }
                call.addArgument("test")
                call.addArgument(Int64(holds.count))
                call.addArgument(Int64(redis.keys.holdPrefix.count))
                call.addArgument("")
                for hold in holds { hold.encode(into: &call) }
                let reply = try await redis.scripts.run(.apply, [call])
                #expect(reply == [.array([.string(Array("applied".utf8))])])
                #expect(try await written(redis)[0] == (edit == .remove ? 0 : 9000))
            }
        }
    }
}
