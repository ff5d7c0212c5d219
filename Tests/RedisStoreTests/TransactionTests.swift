import HoldModel
import Synchronization
import TestServers
import TestTables
import Testing

@testable import RedisStore

/// Events that Redis has nothing of, written in transactions that the lease fences.
@Suite struct TransactionTests {
    private static let now = Timestamp(milliseconds: 2_000_000_000_000)

    /// Events of two categories and four orders each, one of two lines, one that is over.
    private static func events(_ count: Int) -> SnapshotTable {
        SnapshotTable(
            (0..<count).map { number in
                let event = EventID("e\(number)")
                let categories = ["c\"1", "c2"].map { CategoryID("\(event)-\($0)") }
                let orders = (0..<4).map { order in
                    let asked = order == 0 ? [categories[1], categories[0]] : [categories[order % 2]]
                    let expiry: Int64? = [600, 600, nil, -9][order]
                    return Order(
                        id: OrderID("o\(number)-\(order)"), token: HoldToken("t\(number)-\(order)"), event: event,
                        status: order == 1 ? .processing : .pendingPayment,
                        expiresAt: expiry.map { now.adding(seconds: $0) }, createdAt: now.adding(seconds: -5),
                        lines: asked.map { SeatLine(category: $0, quantity: Int64(order + 1)) })
                }
                return EventSnapshot(
                    event: event, categories: categories.map { CategoryRow(id: $0, total: 100, sold: 3) },
                    orders: orders)
            })
    }

    private static func creations(_ table: SnapshotTable) -> [EventCreation] {
        table.events.indices.compactMap { EventCreation($0, of: table, policy: Policy(), now: now) }
    }

    private static func create(_ table: SnapshotTable, _ repairs: HoldRepairs) async throws -> [WriteOutcome] {
        let creations = creations(table)
        #expect(repairs.writable(creations, of: table) == Array(creations.indices))
        var outcomes: [WriteOutcome] = []
        let members = try await repairs.addMembers(of: creations, in: table)
        try await repairs.create(creations, of: table, members) { outcomes = $0 }
        return outcomes
    }

    @Test(arguments: [3, 600])
    func leaveWhatScriptsLeave(_ count: Int) async throws {
        let table = Self.events(count)
        let script = try await RedisFixture.with { redis in
            let outcomes = try await Self.create(table, redis.repairs)
            #expect(outcomes == table.events.map { _ in .applied })
            #expect(try await redis.server.commandStats()["watch"] == nil)
            return try await redis.dumpWithoutLease()
        }
        let transaction = try await RedisFixture.withLanes { redis in
            let outcomes = try await Self.create(table, redis.repairs)
            #expect(outcomes == table.events.map { _ in .applied })
            let stats = try await redis.server.commandStats()
            #expect(stats["evalsha"] == nil)
            // Hold hashes of three orders and two inventories, and nothing twice.
            #expect(stats["restore"] == count * 5)
            return try await redis.dumpWithoutLease()
        }
        #expect(transaction == script)
        #expect(transaction?.isEmpty == false)
    }

    @Test func areLeftToAScriptWhereAnInventoryIsThere() async throws {
        try await RedisFixture.withLanes { redis in
            let table = Self.events(3)
            try await redis.send("HSET", "eventix:test:inventory:e1:e1-c2", "version", "7")
            let outcomes = try await Self.create(table, redis.repairs)
            #expect(
                outcomes == [.applied, .moved(key: Array("eventix:test:inventory:e1:e1-c2".utf8)), .applied])
            #expect(try await redis.send("EXISTS", "eventix:test:holds:t1-0").integer == 0)
            #expect(try await redis.send("EXISTS", "eventix:test:holds:t2-0").integer == 1)
        }
    }

    /// A platform's commit makes such a hash of a hold that was lost; its seats are in the counts all the same.
    @Test func writeAroundAHashThatIsThere() async throws {
        try await RedisFixture.withLanes { redis in
            let table = Self.events(3)
            try await redis.send("HSET", "eventix:test:holds:t1-0", "status", "checkout_committed")
            let outcomes = try await Self.create(table, redis.repairs)
            #expect(outcomes.map { $0 == .applied } == [true, false, true])
            #expect(try await redis.hash(Array("eventix:test:holds:t1-0".utf8)) == ["status": "checkout_committed"])
            #expect(try await redis.hash(Array("eventix:test:inventory:e1:e1-c2".utf8))["pending"] == "3")
        }
    }

    private static func transaction(_ redis: RedisFixture, _ category: String) -> FencedTransaction {
        var transaction = FencedTransaction(redis.keys)
        transaction.createInventory(Array("e".utf8).span, Array(category.utf8).span, payload: payload)
        transaction.end()
        return transaction
    }

    /// The questions of each go out with the commands of the one before.
    @Test(arguments: [[], [0], [1], [4], [0, 1, 2], [3, 4], [0, 1, 2, 3, 4]])
    func thatAreRefusedHoldNoneUpBehindThem(_ refused: [Int]) async throws {
        try await RedisFixture.withLanes { redis in
            let owner = try await redis.lease.owner()
            for number in refused {
                try await redis.send("HSET", "eventix:test:inventory:e:c\(number)", "version", "7")
            }
            try await RedisConnection.withConnection(try RedisFixture.settings(redis.server)) { connection in
                let lane = TransactionLane(connection: connection)
                for _ in 1...2 {
                    var next = 0
                    var taken: [(Int, Bool)] = []
                    let isOfUse = await lane.run(owner: owner) {
                        defer { next += 1 }
                        return next < 5 ? (next, Self.transaction(redis, "c\(next)")) : nil
                    } take: { number, outcome in
                        if case .done(_, let refused, _) = outcome { taken.append((number, refused.isEmpty)) }
                        if case .refused = outcome { taken.append((number, false)) }
                        return true
                    }
                    #expect(isOfUse)
                    #expect(taken.map(\.0) == [0, 1, 2, 3, 4])
                    #expect(taken.map { !$0.1 } == (0..<5).map { refused.contains($0) })
                    for number in 0..<5 where !refused.contains(number) {
                        let deleted = try await redis.send("DEL", "eventix:test:inventory:e:c\(number)")
                        #expect(deleted.integer == 1)
                    }
                }
            }
        }
    }

    @Test(arguments: ["stop", "lease"])
    func endBeforeTheNextWhereOneMayNotGoOn(_ cause: String) async throws {
        try await RedisFixture.withLanes { redis in
            let owner = try await redis.lease.owner()
            try await RedisConnection.withConnection(try RedisFixture.settings(redis.server)) { connection in
                let lane = TransactionLane(connection: connection)
                var next = 0
                var taken: [Bool] = []
                let isOfUse = await lane.run(owner: owner) {
                    defer { next += 1 }
                    return next < 5 ? (next, Self.transaction(redis, "c\(next)")) : nil
                } take: { number, outcome in
                    if case .done = outcome { taken.append(true) } else { taken.append(false) }
                    guard number == 1 else { return number < 1 }
                    if cause == "lease" { _ = try? await redis.send("SET", "eventix:test:hold-reconciler:lease", "7") }
                    return cause == "lease"
                }
                // That lease was lost between the questions of the third, which were sent, and its commands.
                #expect(taken == (cause == "lease" ? [true, true, false] : [true, true]))
                for number in 0..<5 {
                    let there = try await redis.send("EXISTS", "eventix:test:inventory:e:c\(number)").integer
                    #expect(there == (number < 2 ? 1 : 0))
                }
                // Where it stands outside of a transaction it answers at once.
                if isOfUse {
                    let pong = try await connection.reply(to: RedisCommand("PING"), "PING")
                    #expect(pong == .status("PONG"))
                }
            }
        }
    }

    /// What changes between the questions and the commands makes the commands do nothing.
    @Test(arguments: ["lease taken", "lease ended", "inventory", "another inventory", "lease renewed"])
    func doNothingWhereWhatWasAskedHasChanged(_ change: String) async throws {
        try await RedisFixture.withLanes { redis in
            var transaction = FencedTransaction(redis.keys)
            for category in ["a", "b"] {
                transaction.createInventory(
                    Array("e".utf8).span, Array(category.utf8).span, payload: Self.payload)
            }
            transaction.addMembers(0..<1) { _, command in
                command.append(7)
                command.append("t" as StaticString)
            }
            transaction.end()
            let owner = try await redis.lease.owner()
            try await RedisConnection.withConnection(try RedisFixture.settings(redis.server)) { lane in
                let answers = try await lane.replies(to: [transaction.questions])[0].replies
                #expect(transaction.admission(answers, owner: owner) == .admitted)
                switch change {
                case "lease taken": try await redis.send([Array("SET".utf8), redis.keys.lease, Array("other".utf8)])
                case "lease ended": try await redis.send([Array("DEL".utf8), redis.keys.lease])
                case "lease renewed": try await redis.lease.renew()
                case "inventory": try await redis.send("HSET", "eventix:test:inventory:e:b", "version", "1")
                default: try await redis.send("HSET", "eventix:test:inventory:f:b", "version", "1")
                }
                let before = try await redis.dump()
                let written = try await lane.replies(to: [transaction.write])[0].replies
                #expect((written.last == .null) == (change != "another inventory"))
                #expect((try await redis.dump() == before) == (change != "another inventory"))
            }
        }
    }

    @Test func mayNotWriteWithoutTheLease() async throws {
        try await RedisFixture.withLanes { redis in
            try await redis.send([Array("SET".utf8), redis.keys.lease, Array("another run".utf8)])
            let before = try await redis.dump()
            let table = Self.events(3)
            var outcomes: [WriteOutcome] = []
            let loss = await #expect(throws: LeaseLoss.self) {
                try await redis.repairs.create(Self.creations(table), of: table, MembersAhead(areThere: false)) {
                    outcomes = $0
                }
            }
            #expect(loss == .taken(by: "another run"))
            #expect(outcomes == [.unwritten, .unwritten, .unwritten])
            #expect(try await redis.dump() == before)
        }
    }

    @Test(arguments: ["-watch", "-multi", "-exec", "-restore", "-watch -restore", "-zadd"])
    func areLeftToScriptsWhereTheUserMayNotGiveTheirCommands(_ rights: String) async throws {
        let users = ["limited on nopass allkeys allchannels +@all \(rights)"]
        try await RedisFixture.withLanes(RedisServerOptions(aclUsers: users), user: "limited") { redis in
            let table = Self.events(300)
            let creations = Self.creations(table)
            var outcomes: [WriteOutcome] = []
            if rights.contains("zadd") {
                await #expect(throws: RedisError.self) {
                    try await redis.repairs.create(creations, of: table, MembersAhead(areThere: false)) {
                        outcomes = $0
                    }
                }
                return
            }
            try await redis.repairs.create(creations, of: table, MembersAhead(areThere: false)) { outcomes = $0 }
            // Without RESTORE nothing is written here, and plans go by fields from now on.
            #expect(outcomes == table.events.map { _ in rights.contains("restore") ? .unwritten : .applied })
            #expect(redis.repairs.writable(creations, of: table).isEmpty == rights.contains("restore"))
        }
    }

    @Test func tellWhatIsUnknownWhereALaneBreaks() async throws {
        try await RedisFixture.withLanes { redis in
            // The lanes open with the first events.
            _ = try await Self.create(Self.events(3), redis.repairs)
            try await redis.server.flushAll()
            try await redis.send([Array("SET".utf8), redis.keys.lease, try await redis.lease.owner()])
            try await redis.send("CLIENT", "PAUSE", "100000", "WRITE")
            let table = Self.events(3)
            let outcomes = Mutex<[WriteOutcome]>([])
            let writing = Task {
                try await redis.repairs.create(Self.creations(table), of: table, MembersAhead(areThere: false)) {
                    told in
                    outcomes.withLock { $0 = told }
                }
            }
            // What was queued waits for the end of the pause.
            var lane: Substring?
            let end = ContinuousClock.now + .seconds(60)
            while lane == nil, .now < end {
                let clients = try await redis.server.command("CLIENT", "LIST").split(separator: "\n")
                lane = clients.first { $0.contains("flags=xb") }
                if lane == nil { try await Task.sleep(for: .milliseconds(5)) }
            }
            let id = try #require(lane?.split(separator: " ").first?.dropFirst(3))
            try await redis.server.command("CLIENT", "KILL", "ID", String(id))
            await #expect(throws: RedisError.self) { try await writing.value }
            try await redis.send("CLIENT", "UNPAUSE")
            let told = outcomes.withLock { $0 }
            #expect(told.contains(.unknown))
            #expect(told.allSatisfy { $0 == .unknown || $0 == .unwritten })
        }
    }

    private static var payload: [UInt8] {
        var writer = PayloadWriter()
        writer.write(Counts(total: 1, sold: 0, pending: 0, available: 1), version: 1)
        return writer.bytes
    }
}
