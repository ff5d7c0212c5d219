import HoldModel
import RedisStore
import TestRandom
import TestTables
import Testing

/// What a glance takes for agreement is what a plan without changes and findings says, for thousands of random events;
/// and a healthy event is taken for what it is.
@Suite struct GlanceByRowsTests {
    private static let now = Timestamp(milliseconds: 1_777_636_800_000)

    @Test(arguments: [GlanceScope.itself, .besideIndex])
    func agreesOnlyWhereAPlanDoes(_ scope: GlanceScope) async throws {
        var random = SeededRandom(named: "glances by rows")
        try await RedisFixture.with { redis in
            var agreeing = 0
            for _ in 0..<20 {
                let events = try await redis.fill(now: Self.now, &random)
                agreeing += try await redis.compare(events, scope, now: Self.now, seed: random.seed)
                try await redis.send("DEL", "eventix:test:holds:expiration-index")
            }
            // One in three is not damaged at all, and one in three of these has no order that is over.
            #expect(agreeing > 80, "seed \(random.seed)")
        }
    }

    @Test(arguments: [GlanceScope.itself, .besideIndex])
    func agreesWithAHealthyEventOfManyHolds(_ scope: GlanceScope) async throws {
        try await RedisFixture.with { redis in
            var event = RandomEvent(number: 0, orders: 640, now: Self.now, odd: scope == .itself ? 7 : 1)
            event.isDamaged = false
            var random = SeededRandom(named: "a healthy event")
            try await redis.write(event, &random)
            let agreeing = try await redis.compare([event], scope, now: Self.now, seed: random.seed)
            #expect(agreeing == 1)
        }
    }
}

/// One event with its orders, and what becomes of it in Redis.
private struct RandomEvent {
    let snapshot: EventSnapshot
    let now: Timestamp
    var isDamaged = true

    init(number: Int, orders count: Int, now: Timestamp, odd: Int = 0) {
        let event = EventID("event-\(number)")
        let categories = (0..<3).map { CategoryID("event-\(number)-category-\($0)") }
        let orders = (0..<count).map { order in
            // Some are over, some are paid, some are of flow A.
            let expiry: Int64? = order % 5 == 4 ? nil : order % 7 == odd % 8 ? -400 : 500
            return Order(
                id: OrderID("order-\(number)-\(order)"), token: HoldToken("token-\(number)-\(order)"), event: event,
                status: order % 6 == 5 ? .processing : .pendingPayment,
                expiresAt: expiry.map { now.adding(seconds: $0) },
                createdAt: now.adding(seconds: -60),
                lines: (0...order % 3).map { SeatLine(category: categories[$0], quantity: Int64(1 + order % 4)) })
        }
        let rows = categories.map { CategoryRow(id: $0, total: 10_000, sold: 7) }
        snapshot = EventSnapshot(event: event, categories: rows, orders: orders)
        self.now = now
    }

    var hasOrdersThatAreOver: Bool { snapshot.orders.contains { expiry($0) == nil } }

    /// The seconds of a hold's expiry; `nil` where it is over and left nothing.
    func expiry(_ order: Order) -> Int64? {
        if let expiry = order.expiresAt, expiry < now, order.status == .pendingPayment { return nil }
        return (order.expiresAt ?? now.adding(seconds: 600)).milliseconds / 1000
    }
}

extension RedisFixture {
    fileprivate func fill(now: Timestamp, _ random: inout SeededRandom) async throws -> [RandomEvent] {
        var events: [RandomEvent] = []
        for number in 0..<40 {
            var event = RandomEvent(
                number: number, orders: Int.random(in: 0...12, using: &random), now: now,
                odd: Int.random(in: 0...7, using: &random))
            event.isDamaged = Int.random(in: 0..<3, using: &random) > 0
            try await write(event, &random)
            events.append(event)
        }
        return events
    }

    fileprivate func write(_ event: RandomEvent, _ random: inout SeededRandom) async throws {
        var pending: [CategoryID: Int64] = [:]
        let name = event.snapshot.event
        for order in event.snapshot.orders {
            let key = "eventix:test:holds:\(order.token)"
            try await send("DEL", key)
            guard let expiry = event.expiry(order) else { continue }
            for line in order.lines { pending[line.category, default: 0] += line.quantity }
            let entries = order.lines.map {
                #"{"eventId":"\#(name)","categoryId":"\#($0.category)","quantity":\#($0.quantity)}"#
            }
            try await send(
                "HSET", key, "status", order.status == .processing ? "checkout_committed" : "held",
                "expiresAtEpoch", "\(expiry)", "entries", "[\(entries.joined(separator: ","))]", "metadata",
                #"{"eventId":"\#(name)","requesterId":"r"}"#)
            try await send("ZADD", "eventix:test:holds:expiration-index", "\(expiry)", "\(order.token)")
        }
        for category in event.snapshot.categories {
            let seats = pending[category.id] ?? 0
            let key = "eventix:test:inventory:\(name):\(category.id)"
            try await send("DEL", key)
            try await send(
                "HSET", key, "total", "10000", "sold", "7", "pending", "\(seats)", "available", "\(9993 - seats)",
                "version", "3")
        }
        guard event.isDamaged else { return }
        for _ in 0..<Int.random(in: 1...2, using: &random) { try await damage(event, &random) }
    }

    private func damage(_ event: RandomEvent, _ random: inout SeededRandom) async throws {
        let name = event.snapshot.event
        let category = event.snapshot.categories[Int.random(in: 0..<3, using: &random)].id
        let inventory = "eventix:test:inventory:\(name):\(category)"
        let index = "eventix:test:holds:expiration-index"
        let token = event.snapshot.orders.randomElement(using: &random)?.token ?? HoldToken("none")
        let hold = "eventix:test:holds:\(token)"
        func entries(_ text: String) -> [String] { ["HSET", hold, "entries", text] }
        let changes: [[String]] = [
            ["HINCRBY", inventory, "pending", "1"], ["HINCRBY", inventory, "available", "-1"],
            ["HINCRBY", inventory, "sold", "2"], ["HINCRBY", inventory, "total", "5"],
            ["HSET", inventory, "version", "-1"], ["HSET", inventory, "version", "1.5"],
            ["HDEL", inventory, "version"],
            ["HSET", inventory, "pending", "01"], ["HINCRBY", inventory, "version", "4"], ["DEL", inventory],
            ["SET", inventory, "text"], ["HSET", inventory, "extra", "field"],
            ["DEL", hold], ["HSET", hold, "status", "expired"], ["HSET", hold, "status", "checkout_pending"],
            ["HSET", hold, "status", "finalized"], ["HSET", hold, "status", "HELD"], ["HDEL", hold, "entries"],
            ["HSET", hold, "expiresAtEpoch", "1777636000"], ["HSET", hold, "expiresAtEpoch", "1777636900"],
            ["HSET", hold, "expiresAtEpoch", "x"], ["HDEL", hold, "expiresAtEpoch"], ["HDEL", hold, "status"],
            entries("[]"), entries("[{\"eventId\":\"\(name)\",\"categoryId\":\"\(category)\",\"quantity\":1}]"),
            entries("[{\"eventId\":\"\(name)\",\"categoryId\":\"\(category)\",\"quantity\":0}]"),
            entries("[ {\"eventId\":\"\(name)\",\"categoryId\":\"\(category)\",\"quantity\":2}]"),
            entries("[{\"eventId\":\"\(name)\",\"categoryId\":\"elsewhere\",\"quantity\":2}]"),
            entries("[{\"eventId\":\"event-x\",\"categoryId\":\"\(category)\",\"quantity\":2}]"),
            entries("[{\"eventId\":\"\(name)\",\"categoryId\":\"\(category)\",\"quantity\":2}],"),
            ["HSET", hold, "metadata", "{\"eventId\":\"event-x\"}"], ["HSET", hold, "metadata", "{}"],
            ["HDEL", hold, "metadata"], ["SET", hold, "text"],
            ["ZREM", index, "\(token)"], ["ZADD", index, "1777637300000", "\(token)"],
            ["ZADD", index, "1777637300.5", "\(token)"], ["ZADD", index, "XX", "1777637300", "\(token)"],
        ]
        guard let change = changes.randomElement(using: &random) else { return }
        _ = try await connection.replies(to: [command(change)])
    }

    private func command(_ words: [String]) -> RedisCommand {
        var command = RedisCommand()
        for word in words { command.append(word) }
        return command
    }

    /// - Returns: how many events the glance took for agreeing.
    fileprivate func compare(
        _ events: [RandomEvent], _ scope: GlanceScope, now: Timestamp, seed: UInt64
    ) async throws -> Int {
        let snapshots = events.map(\.snapshot)
        let table = SnapshotTable(snapshots)
        let agreement = EventAgreement(policy: Policy(), now: now)
        let answers = try await store.glance(
            events.indices.map { .rows($0) }, of: table, agreement, telling: scope)
        let requests = snapshots.map {
            SurveyRequest(event: $0.event, categories: $0.categories.map(\.id), tokens: $0.orders.map(\.token))
        }
        let surveys = try await store.survey(requests)
        let index = try await index()
        var agreeing = 0
        for (place, answer) in answers.enumerated() {
            let plan = EventPlan(snapshot: snapshots[place], survey: surveys[place], policy: Policy(), now: now)
            let isQuiet = plan.standing == .agrees && plan.findings.isEmpty
            let comment = Comment(rawValue: "\(snapshots[place].event), seed \(seed)")
            switch answer {
            case .agrees(let holds, let scores, let unexplained):
                #expect(scope == .besideIndex || unexplained.isEmpty, comment)
                let shown = snapshots[place].orders.map { index[$0.token] }
                let expected = scores.map { score -> String? in
                    if case .seconds(let seconds) = score { String(seconds) } else { nil }
                }
                // What is left to the walk of the index counts only where it shows the same; it shows no cart here.
                if scope == .itself || shown == expected { #expect(isQuiet == unexplained.isEmpty, comment) }
                #expect(holds.values.reduce(0, +) == surveys[place].holds.count { $0.state != .absent }, comment)
                agreeing += 1
            case .shows(let request, let glance):
                #expect(request.tokens == requests[place].tokens, comment)
                #expect(glance.survey == surveys[place], comment)
                // Whether a key without those fields is there is only asked for where the index is left out.
                let mayShow = events[place].isDamaged || scope == .itself && events[place].hasOrdersThatAreOver
                #expect(mayShow, comment)
            }
        }
        return agreeing
    }
}
