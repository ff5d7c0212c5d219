import HoldModel
import TestServers
import Testing

@testable import RedisStore

/// Transactions one behind the other on one connection: the questions of each go out with the commands of the one before.
@Suite struct TransactionLaneTests {
    private static let lease = "eventix:test:hold-reconciler:lease"

    private static func transaction(_ redis: RedisFixture, _ category: String) -> FencedTransaction {
        var payloads = PayloadWriter()
        payloads.write(Counts(total: 9, sold: 1, pending: 0, available: 8), version: 1)
        var transaction = FencedTransaction(redis.keys)
        transaction.createInventory(Array("e".utf8).span, Array(category.utf8).span, payload: payloads.bytes)
        transaction.end()
        return transaction
    }

    /// Runs five transactions of an inventory each.
    ///
    /// - Parameter take: is told of each whether it took effect, and answers whether to go on.
    /// - Returns: what it was told, and whether the lane is of use still.
    private static func run(
        _ redis: RedisFixture, _ lane: TransactionLane, take: (Int) async -> Bool
    ) async throws -> (done: [Bool], isOfUse: Bool) {
        var next = 0
        var done: [Bool] = []
        let isOfUse = await lane.run(owner: try await redis.lease.owner()) {
            defer { next += 1 }
            return next < 5 ? (next, transaction(redis, "c\(next)")) : nil
        } take: { number, outcome in
            #expect(number == done.count)
            if case .done(_, let met, _) = outcome { done.append(met.isEmpty) } else { done.append(false) }
            return await take(number)
        }
        return (done, isOfUse)
    }

    private static func withLane(
        _ body: (RedisFixture, TransactionLane) async throws -> Void
    ) async throws {
        try await RedisFixture.withLanes { redis in
            try await RedisConnection.withConnection(try RedisFixture.settings(redis.server)) { connection in
                try await body(redis, TransactionLane(connection: connection))
            }
        }
    }

    /// Which of the five inventories are there; they are taken away.
    private static func takeAway(_ redis: RedisFixture) async throws -> [Bool] {
        var were: [Bool] = []
        for number in 0..<5 {
            were.append(try await redis.send("DEL", "eventix:test:inventory:e:c\(number)") == .integer(1))
        }
        return were
    }

    /// A lease that is renewed behind the questions makes the commands do nothing.
    @Test(arguments: [[], [1], [4], [1, 2], [3, 4], [1, 2, 3, 4]])
    func refusedOnesHoldNoneUpBehindThem(_ refused: [Int]) async throws {
        try await Self.withLane { redis, lane in
            for _ in 1...2 {
                let (done, isOfUse) = try await Self.run(redis, lane) { number in
                    guard refused.contains(number + 1) else { return true }
                    return (try? await redis.lease.renew()) != nil
                }
                #expect(isOfUse)
                #expect(done == (0..<5).map { !refused.contains($0) })
                #expect(try await Self.takeAway(redis) == done)
            }
        }
    }

    @Test func thoseThatAreNotBegunHoldNoneUpEither() async throws {
        try await Self.withLane { redis, lane in
            let (done, isOfUse) = try await Self.run(redis, lane) { number in
                // What those behind the next one ask for.
                if number == 1 { _ = try? await redis.send([Array("SET".utf8), redis.keys.index, [55]]) }
                if number == 3 { _ = try? await redis.send([Array("DEL".utf8), redis.keys.index]) }
                return true
            }
            #expect(isOfUse)
            #expect(done == [true, true, true, false, false] || done == [true, true, true, false, true])
            #expect(try await Self.takeAway(redis) == done)
        }
    }

    @Test(arguments: ["stop", "lease"])
    func theyEndBeforeTheNextWhereOneMayNotGoOn(_ cause: String) async throws {
        try await Self.withLane { redis, lane in
            let (done, isOfUse) = try await Self.run(redis, lane) { number in
                guard number == 1 else { return number < 1 }
                if cause == "lease" { _ = try? await redis.send("SET", Self.lease, "7") }
                return cause == "lease"
            }
            // That lease was lost between the questions of the third, which were sent, and its commands.
            #expect(done == (cause == "lease" ? [true, true, false] : [true, true]))
            #expect(try await Self.takeAway(redis) == [true, true, false, false, false])
            // Where it stands outside of a transaction it answers at once.
            if isOfUse {
                let pong = try await lane.connection.reply(to: RedisCommand("PING"), "PING")
                #expect(pong == .status("PONG"))
            }
        }
    }

    /// Else each answer and each transaction would wake another thread.
    @Test func theyAreMadeAndTakenOnTheThreadOfTheirConnection() async throws {
        try await Self.withLane { redis, lane in
            var elsewhere = 0
            let (done, _) = try await Self.run(redis, lane) { _ in
                if !lane.connection.executor.isCurrent { elsewhere += 1 }
                return true
            }
            #expect(done == [true, true, true, true, true])
            #expect(elsewhere == 0)
            #expect(!lane.connection.executor.isCurrent)
        }
    }
}
