import HoldModel
import TestOutcomes
import Testing

@testable import RedisStore

/// What an applied plan leaves behind.
@Suite("an applied plan")
struct ApplyTests {
    private static let now = Timestamp(milliseconds: 2_000_000_000_500)
    private let event = EventID("e")

    private func plan(holds: [HoldChange] = [], counts: [CountChange] = []) -> EventPlan {
        EventPlan(event: event, standing: .differs, findings: [], holds: holds, counts: counts)
    }

    private func counts(_ category: String, fence: String, version: Int64 = 5) -> CountChange {
        CountChange(
            category: CategoryID(category), before: InventoryState(fence),
            counts: Counts(total: 20, sold: 4, pending: 5, available: 11), version: version, raise: 0)
    }

    private func rewritten(_ token: HoldToken) -> RewrittenHold {
        let order = Order(
            id: OrderID("order \"1\""), token: token, event: event, status: .processing, expiresAt: nil,
            createdAt: Self.now, lines: [SeatLine(category: CategoryID("c"), quantity: 3)])
        return RewrittenHold(order: order, now: Self.now, policy: Policy())
    }

    @Test(
        "sets the five fields of an inventory hash, and leaves others and its expiry as they are",
        arguments: HashForm.allCases)
    func replacesInventory(_ form: HashForm) async throws {
        try await RedisFixture.with(form: form) { redis in
            let key = redis.keys.inventory(event, CategoryID("c"))
            try await redis.send("HSET", "eventix:test:inventory:e:c", "total", "1", "version", "41", "reserved", "7")
            try await redis.send("EXPIREAT", "eventix:test:inventory:e:c", "2000000100")
            let outcome = try await redis.repairs.apply([plan(counts: [counts("c", fence: "=1:1---2:41", version: 42)])]
            )
            #expect(outcome == [.applied])
            #expect(
                try await redis.hash(key) == [
                    "total": "20", "sold": "4", "pending": "5", "available": "11", "version": "42", "reserved": "7",
                ])
            #expect(try await redis.expiry(key) == 2_000_000_100)
        }
    }

    @Test(
        "writes a hold again from its order, with index member and a key that outlives the expiry",
        arguments: HashForm.allCases)
    func writesHold(_ form: HashForm) async throws {
        try await RedisFixture.with(form: form) { redis in
            // Colons, spaces, line ends and bytes that are no text: a token is any bytes.
            for bytes in [Array("t".utf8), Array("a:b c\r\n\"".utf8), [0, 0xFF, 0x24, 0x0D, 0x0A, 0x80]] {
                let token = HoldToken(bytes)
                let hold = rewritten(token)
                try await redis.send([Array("HSET".utf8), redis.keys.hold(token), Array("junk".utf8), [1]])
                let change = HoldChange(
                    token: token, fence: .hash(status: nil, expiresAtEpoch: nil), hash: .replace(hold),
                    index: .score(hold.expiresAtEpoch))
                #expect(try await redis.repairs.apply([plan(holds: [change])]) == [.applied])
                let fields = try await redis.hash(redis.keys.hold(token))
                #expect(fields.count == 11)
                #expect(fields["status"] == "checkout_committed")
                #expect(fields["orderReference"] == "order \"1\"")
                #expect(fields["entries"] == #"[{"eventId":"e","categoryId":"c","quantity":3}]"#)
                #expect(fields["junk"] == "\u{1}")
                let whole = try await redis.store.survey([SurveyRequest(event: event, categories: [], tokens: [token])])
                guard case .whole(let read)? = whole.first?.holds.first?.state else { throw NotWhole() }
                #expect(read.lines == hold.lines)
                #expect(read.expiresAtEpoch == 2_000_086_401)
                #expect(try await redis.expiry(redis.keys.hold(token)) == 2_000_086_401 + 900)
                #expect(try await redis.index()[token] == "2000086401")
            }
        }
    }

    @Test("dates a hold anew, and leaves all else of its hash as it is")
    func datesHold() async throws {
        try await RedisFixture.with { redis in
            let key = "eventix:test:holds:t"
            try await redis.send("HSET", key, "status", "held", "expiresAtEpoch", "9000", "metadata", "{}")
            let change = HoldChange(
                token: HoldToken("t"), fence: HoldFence("held|9000"), hash: .date(9), index: .score(9))
            #expect(try await redis.repairs.apply([plan(holds: [change])]) == [.applied])
            #expect(
                try await redis.hash(Array(key.utf8)) == ["status": "held", "expiresAtEpoch": "9", "metadata": "{}"])
            #expect(try await redis.index() == [HoldToken("t"): "9"])
            #expect(try await redis.repairs.apply([plan(holds: [change])]) == [.moved(key: Array(key.utf8))])
        }
    }

    @Test("closes a hold's hash, keeps its other fields, and gives it the end that the platform does")
    func closesHold() async throws {
        try await RedisFixture.with { redis in
            for (status, names) in [
                (HoldStatus.cancelled, ["releasedAt", "releaseReason"]), (.expired, ["releasedAt", "releaseReason"]),
                (.finalized, ["finalizedAt"]),
            ] {
                let key = "eventix:test:holds:\(status.rawValue)"
                try await redis.send("HSET", key, "status", "held", "expiresAtEpoch", "9", "traceId", "trace")
                try await redis.send("ZADD", "eventix:test:holds:expiration-index", "9", status.rawValue, "8", "other")
                let change = HoldChange(
                    token: HoldToken(status.rawValue), fence: HoldFence("held|9"),
                    hash: .close(status: status, at: Self.now, reason: .closedOrder, keptFor: 600), index: .remove)
                #expect(try await redis.repairs.apply([plan(holds: [change])]) == [.applied])
                let fields = try await redis.hash(Array(key.utf8))
                #expect(fields["status"] == status.rawValue)
                #expect(fields["traceId"] == "trace")
                #expect(Set(fields.keys) == Set(["status", "expiresAtEpoch", "traceId"] + names))
                #expect(fields[names[0]] == "2033-05-18T03:33:20.500Z")
                if names.count > 1 { #expect(fields["releaseReason"] == "hold-reconciler:closed-order") }
                #expect(try await redis.expiry(Array(key.utf8)) == 2_000_000_601)
                #expect(try await redis.index() == [HoldToken("other"): "8"])
            }
        }
    }

    @Test("deletes a zombie, moves a score, removes a member, and leaves what it keeps as it is")
    func editsHolds() async throws {
        try await RedisFixture.with { redis in
            try await redis.send("HSET", "eventix:test:holds:zombie", "status", "checkout_committed")
            try await redis.send("HSET", "eventix:test:holds:live", "status", "held", "expiresAtEpoch", "9")
            try await redis.send("EXPIRE", "eventix:test:holds:live", "100000")
            try await redis.send(
                "ZADD", "eventix:test:holds:expiration-index", "9000", "live", "1", "orphan", "2", "zombie", "3", "kept"
            )
            let live = try await redis.send("DUMP", "eventix:test:holds:live")
            let end = try await redis.expiry(Array("eventix:test:holds:live".utf8))
            let changes = [
                HoldChange(
                    token: HoldToken("zombie"), fence: HoldFence("checkout_committed|"),
                    hash: .delete, index: .remove),
                HoldChange(
                    token: HoldToken("live"), fence: HoldFence("held|9"), hash: .keep,
                    index: .score(9)),
                HoldChange(token: HoldToken("orphan"), fence: .absent, hash: .keep, index: .remove),
            ]
            #expect(try await redis.repairs.apply([plan(holds: changes)]) == [.applied])
            #expect(try await redis.index() == [HoldToken("live"): "9", HoldToken("kept"): "3"])
            #expect(try await redis.send("EXISTS", "eventix:test:holds:zombie") == .integer(0))
            let now = try await redis.send("DUMP", "eventix:test:holds:live")
            #expect(now == live)
            #expect(try await redis.expiry(Array("eventix:test:holds:live".utf8)) == end)
        }
    }

    @Test("that finds one of many keys changed leaves every key as it was, to the byte")
    func isAllOrNothing() async throws {
        try await RedisFixture.with { redis in
            for number in 0..<60 {
                try await redis.send("HSET", "eventix:test:holds:t\(number)", "status", "held", "expiresAtEpoch", "9")
                try await redis.send("ZADD", "eventix:test:holds:expiration-index", "9", "t\(number)")
                try await redis.send("HSET", "eventix:test:inventory:e:c\(number)", "version", "1")
            }
            let held = HoldFence("held|9")
            for (moved, at) in [("hold", 59), ("hold", 0), ("count", 59), ("count", 0)] {
                let before = try await redis.dump()
                let holds = (0..<60).map { number in
                    HoldChange(
                        token: HoldToken("t\(number)"),
                        fence: moved == "hold" && number == at ? HoldFence("held|8") : held,
                        hash: number % 2 == 0 ? .delete : .replace(rewritten(HoldToken("t\(number)"))), index: .remove)
                }
                let changes = (0..<60).map { number in
                    counts("c\(number)", fence: moved == "count" && number == at ? "=----1:2" : "=----1:1")
                }
                let key = moved == "hold" ? "eventix:test:holds:t\(at)" : "eventix:test:inventory:e:c\(at)"
                #expect(
                    try await redis.repairs.apply([plan(holds: holds, counts: changes)])
                        == [.moved(key: Array(key.utf8))])
                #expect(try await redis.dump() == before)
            }
        }
    }

    @Test("on an index of another type is refused before anything is written")
    func isRefusedOnWrongIndex() async throws {
        try await RedisFixture.with { redis in
            try await redis.send("RPUSH", "eventix:test:holds:expiration-index", "a")
            let before = try await redis.dump()
            let error = await #expect(throws: RedisError.self) {
                try await redis.repairs.apply([plan(counts: [counts("c", fence: "-")])])
            }
            #expect(
                error?.description.contains("the index eventix:test:holds:expiration-index is no sorted set") == true)
            #expect(try await redis.dump() == before)
            try await redis.repairs.unlink(redis.keys.index) { #expect($0 == .applied) }
            #expect(try await redis.repairs.apply([plan(counts: [counts("c", fence: "-")])]) == [.applied])
        }
    }

    private struct NotWhole: Error {}
}
