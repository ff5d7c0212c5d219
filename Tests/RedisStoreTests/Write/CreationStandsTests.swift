import HoldModel
import TestServers
import TestTables
import Testing

@testable import RedisStore

/// What was created is looked at once more, by as little of it as tells (design section 4, step 7).
@Suite struct CreationStandsTests {
    private static let now = Timestamp(milliseconds: 2_000_000_000_000)

    /// Two events with a hold each, and one without.
    private static let table = SnapshotTable(
        ["ball", "fair", "gala"].map { event in
            let order = Order(
                id: OrderID("o-\(event)"), token: HoldToken("t-\(event)"), event: EventID(event),
                status: .pendingPayment,
                expiresAt: now.adding(seconds: 600), createdAt: now,
                lines: [SeatLine(category: CategoryID("b"), quantity: 2)])
            return EventSnapshot(
                event: EventID(event),
                categories: ["a", "b"].map { CategoryRow(id: CategoryID($0), total: 9, sold: 1) },
                orders: event == "fair" ? [] : [order])
        })

    private static let inventory = "eventix:test:inventory:gala:b"
    private static let index = "eventix:test:holds:expiration-index"

    private func stand(after changes: [String]) async throws -> [Bool] {
        let creations = Self.table.events.indices.compactMap {
            EventCreation($0, of: Self.table, policy: Policy(), now: Self.now)
        }
        return try await RedisFixture.withLanes { redis in
            try await redis.repairs.create(creations, of: Self.table, .none) { outcomes in
                #expect(outcomes == [.applied, .applied, .applied])
            }
            for change in changes { try await redis.send(change.split(separator: " ").map { Array($0.utf8) }) }
            return try await redis.store.stand(creations, of: Self.table)
        }
    }

    @Test func standsAsItWasWritten() async throws {
        #expect(try await stand(after: []) == [true, true, true])
    }

    @Test(arguments: [
        // A hold is acquired and given back: the same counts again, and another version.
        ["HINCRBY \(inventory) version 2"],
        ["HINCRBY \(inventory) available 1"],
        // Somebody has rebuilt it by hand, and begins at the first version as well.
        ["HINCRBY \(inventory) pending -2", "HINCRBY \(inventory) sold 2"],
        ["HDEL \(inventory) version"],
        ["DEL \(inventory)"],
        // It is lost, and a release makes another of it.
        ["DEL \(inventory)", "HINCRBY \(inventory) available 2", "HINCRBY \(inventory) version 1"],
        ["DEL \(inventory)", "SET \(inventory) 7"],
        ["ZADD \(index) 7 t-gala"],
        ["ZREM \(index) t-gala"],
    ])
    func standsNotWhereOneEventHasChanged(_ changes: [String]) async throws {
        #expect(try await stand(after: changes) == [true, true, false])
    }

    @Test func standsWithoutIndexWhereNothingIsIndexed() async throws {
        #expect(try await stand(after: ["DEL \(Self.index)"]) == [false, true, false])
    }

    @Test func leavesAllToLooksWhereTheIndexIsNone() async throws {
        #expect(try await stand(after: ["DEL \(Self.index)", "SET \(Self.index) 7"]) == [false, false, false])
    }
}
