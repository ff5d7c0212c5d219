import HoldModel
import Synchronization
import TestOutcomes
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

    /// The same events, each as a plan beside a Redis that has nothing of it.
    private static func plans(_ table: SnapshotTable) -> [EventPlan] {
        table.events.indices.map { event in
            let snapshot = table.snapshot(of: event)
            let survey = EventSurvey(
                inventory: snapshot.categories.map { _ in .absent },
                holds: snapshot.orders.map {
                    HoldSurvey(token: $0.token, state: .absent, fence: .absent, score: .noMember)
                })
            return EventPlan(snapshot: snapshot, survey: survey, policy: Policy(), now: now)
        }
    }

    /// - Parameter ahead: whether index members are added ahead of all holds.
    private static func create(
        _ table: SnapshotTable, _ repairs: HoldRepairs, membersAhead ahead: Bool = true
    ) async throws -> [ApplyOutcome] {
        let creations = creations(table)
        #expect(repairs.writable(creations, of: table) == Array(creations.indices))
        var outcomes: [ApplyOutcome] = []
        var members = MembersAhead.none
        if ahead, try await repairs.add(NewMembers([(table, creations)])).areThere {
            members = MembersAhead(events: Set(creations.map(\.event)))
        }
        try await repairs.create(creations, of: table, members) { outcomes = $0 }
        return outcomes
    }

    private static func key(_ name: String) -> [UInt8] { Array("eventix:test:\(name)".utf8) }

    /// Inventories of an event, by the ends of their names, and holds of it, by their numbers.
    private static func part(of event: Int, inventories: [String], holds: [Int] = []) -> PlanPart {
        PlanPart(
            holds: Set(holds.map { HoldToken("t\(event)-\($0)") }),
            categories: Set(inventories.map { CategoryID("e\(event)-\($0)") }))
    }

    @Test(arguments: [3, 600])
    func leaveWhatPlansLeave(_ count: Int) async throws {
        let table = Self.events(count)
        let script = try await RedisFixture.with { redis in
            #expect(try await redis.repairs.apply(Self.plans(table)) == table.events.map { _ in .applied })
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

    /// Its counts may not know of the holds, which the cleaner would release into it.
    @Test func writeNoHoldBesideAnInventoryThatIsThere() async throws {
        try await RedisFixture.withLanes { redis in
            let table = Self.events(3)
            try await redis.send("HSET", "eventix:test:inventory:e1:e1-c2", "version", "7")
            let outcomes = try await Self.create(table, redis.repairs)
            let cut = ApplyOutcome.cut(
                key: Self.key("inventory:e1:e1-c2"), written: Self.part(of: 1, inventories: ["c\"1"]))
            #expect(outcomes == [.applied, cut, .applied])
            #expect(try await redis.send("EXISTS", "eventix:test:holds:t1-0").integer == 0)
            #expect(try await redis.send("EXISTS", "eventix:test:inventory:e1:e1-c\"1").integer == 1)
            #expect(try await redis.send("EXISTS", "eventix:test:holds:t2-0").integer == 1)
            #expect(try await redis.hash(Self.key("inventory:e1:e1-c2")) == ["version": "7"])
        }
    }

    @Test func writeNothingOfAnEventWhoseInventoriesAreThere() async throws {
        try await RedisFixture.withLanes { redis in
            let table = Self.events(2)
            for name in ["e1-c\"1", "e1-c2"] {
                try await redis.send("HSET", "eventix:test:inventory:e1:\(name)", "version", "7")
            }
            let outcomes = try await Self.create(table, redis.repairs)
            #expect(outcomes == [.applied, .moved(key: Self.key("inventory:e1:e1-c\"1"))])
            #expect(try await redis.send("EXISTS", "eventix:test:holds:t1-0").integer == 0)
        }
    }

    /// A platform's commit makes such a hash of a hold that was lost; its seats are in the counts all the same.
    @Test func writeAroundAHashThatIsThere() async throws {
        try await RedisFixture.withLanes { redis in
            let table = Self.events(3)
            try await redis.send("HSET", "eventix:test:holds:t1-0", "status", "checkout_committed")
            let outcomes = try await Self.create(table, redis.repairs)
            let written = Self.part(of: 1, inventories: ["c\"1", "c2"], holds: [1, 2])
            #expect(outcomes == [.applied, .cut(key: Self.key("holds:t1-0"), written: written), .applied])
            #expect(try await redis.hash(Self.key("holds:t1-0")) == ["status": "checkout_committed"])
            #expect(try await redis.hash(Self.key("inventory:e1:e1-c2"))["pending"] == "3")
        }
    }

    /// A member that is there keeps its score until its hold was looked at.
    @Test(arguments: [false, true])
    func tellOfMembersThatAreThereWithOtherScores(_ isAlone: Bool) async throws {
        try await RedisFixture.withLanes { redis in
            let table = Self.events(isAlone ? 3 : 600)
            try await redis.send("ZADD", "eventix:test:holds:expiration-index", "7", "t1-0")
            let outcomes = try await Self.create(table, redis.repairs)
            let cut = ApplyOutcome.cut(
                key: Self.key("holds:expiration-index"),
                written: Self.part(of: 1, inventories: ["c\"1", "c2"], holds: [0, 1, 2]))
            if isAlone {
                #expect(outcomes == [.applied, cut, .applied])
            } else {
                // Whose score it was is not known of the others, that were added ahead.
                #expect(outcomes[1] == cut)
            }
            #expect(try await redis.send("ZSCORE", "eventix:test:holds:expiration-index", "t1-0").text == "7")
        }
    }

    /// Redis takes no more clients than that; where it takes none, plans must do it.
    @Test(arguments: [0, 1]) func doWithTheConnectionsThatRedisHasLeft(_ left: Int) async throws {
        try await RedisFixture.withLanes { redis in
            let clients = try await redis.send("CLIENT", "LIST").text?.split(separator: "\n").count ?? 0
            try await redis.send("CONFIG", "SET", "maxclients", String(clients + left))
            let table = Self.events(600)
            let outcome = left == 0 ? ApplyOutcome.interrupted() : .applied
            #expect(try await Self.create(table, redis.repairs) == table.events.map { _ in outcome })
        }
    }

    /// Each renewal makes the transactions that watch the lease do nothing.
    @Test func areTriedAgainWhereTheLeaseIsRenewedMeanwhile() async throws {
        try await RedisFixture.withLanes { redis in
            let table = Self.events(9000)
            let members = NewMembers([(table, Self.creations(table))])
            async let renewals: Void = {
                for _ in 0..<5 {
                    try await Task.sleep(for: .milliseconds(10))
                    try await redis.lease.renew()
                }
            }()
            let added = try await redis.repairs.add(members)
            try await renewals
            #expect(added.areThere && added.new == members.count)
        }
    }

    @Test(arguments: [0, 1]) func areUsableForAllWhoAskAtOnceOrForNobody(_ left: Int) async throws {
        try await RedisFixture.withLanes { redis in
            let clients = try await redis.send("CLIENT", "LIST").text?.split(separator: "\n").count ?? 0
            try await redis.send("CONFIG", "SET", "maxclients", String(clients + left))
            let lanes = try #require(redis.repairs.lanes)
            async let answers = [lanes.areUsable(), lanes.areUsable(), lanes.areUsable()]
            async let others = [lanes.areUsable(), lanes.areUsable(), lanes.areUsable()]
            #expect(await answers + others == Array(repeating: left > 0, count: 6))
        }
    }

    /// A run that was killed before it wrote the holds has left their members.
    @Test func takeMembersThatAreThereWithTheirScores() async throws {
        try await RedisFixture.withLanes { redis in
            let table = Self.events(600)
            let members = NewMembers([(table, Self.creations(table))])
            #expect(try await redis.repairs.add(members) == (true, members.count))
            #expect(try await redis.repairs.add(members) == (true, 0))
            #expect(try await Self.create(table, redis.repairs) == table.events.map { _ in .applied })
            let index = try await redis.send("ZRANGE", "eventix:test:holds:expiration-index", "0", "-1", "WITHSCORES")
            #expect(index.array?.count == members.count * 2)
            for place in 0..<members.count {
                let score = index.array?[place * 2 + 1].text
                #expect(score == String(members.score(at: place)))
            }
        }
    }

    /// What changes between the questions and the commands makes the commands do nothing.
    @Test(arguments: ["lease taken", "lease ended", "inventory", "lease renewed"])
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
                default: try await redis.send("HSET", "eventix:test:inventory:e:b", "version", "1")
                }
                let before = try await redis.dump()
                let written = try await lane.replies(to: [transaction.write])[0].replies
                // A key that is there is refused alone.
                #expect((written.last == .null) == (change != "inventory"))
                #expect((try await redis.dump() == before) == (change != "inventory"))
                #expect(written.last?.array?.count { $0.error != nil } == (change == "inventory" ? 1 : nil))
            }
        }
    }

    @Test func mayNotWriteWithoutTheLease() async throws {
        try await RedisFixture.withLanes { redis in
            try await redis.send([Array("SET".utf8), redis.keys.lease, Array("another run".utf8)])
            let before = try await redis.dump()
            let table = Self.events(3)
            var outcomes: [ApplyOutcome] = []
            let loss = await #expect(throws: LeaseLoss.self) {
                try await redis.repairs.create(Self.creations(table), of: table, .none) { outcomes = $0 }
            }
            #expect(loss == .taken(by: "another run"))
            #expect(outcomes == [.interrupted(), .interrupted(), .interrupted()])
            #expect(try await redis.dump() == before)
        }
    }

    @Test(arguments: ["-watch", "-multi", "-exec", "-restore", "-watch -restore", "-zadd"])
    func areLeftToPlansWhereTheUserMayNotGiveTheirCommands(_ rights: String) async throws {
        let users = ["limited on nopass allkeys allchannels +@all \(rights)"]
        try await RedisFixture.withLanes(RedisServerOptions(aclUsers: users), user: "limited") { redis in
            let table = Self.events(300)
            let creations = Self.creations(table)
            var outcomes: [ApplyOutcome] = []
            try await redis.repairs.create(creations, of: table, .none) { outcomes = $0 }
            if rights.contains("zadd") {
                // The inventories were written; a plan for the rest will tell of the right.
                let cuts = table.events.indices.map { event in
                    let written = Self.part(of: event, inventories: ["c\"1", "c2"])
                    return ApplyOutcome.cut(key: redis.keys.lease, written: written)
                }
                #expect(outcomes == cuts)
                return
            }
            #expect(outcomes == table.events.map { _ in .interrupted() })
            #expect(try await redis.send("EXISTS", "eventix:test:inventory:e1:e1-c2").integer == 0)
            #expect(try await redis.repairs.apply(Self.plans(table)) == table.events.map { _ in .applied })
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
            let outcomes = Mutex<[ApplyOutcome]>([])
            let writing = Task {
                try await redis.repairs.create(Self.creations(table), of: table, .none) { told in
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
            let unknown = (0..<3).map {
                ApplyOutcome.interrupted(unknown: Self.part(of: $0, inventories: ["c\"1", "c2"]))
            }
            #expect(told.contains { unknown.contains($0) })
            #expect(told.allSatisfy { unknown.contains($0) || $0 == .interrupted() })
        }
    }

    private static var payload: [UInt8] {
        var writer = PayloadWriter()
        writer.write(Counts(total: 1, sold: 0, pending: 0, available: 1), version: 1)
        return writer.bytes
    }
}
