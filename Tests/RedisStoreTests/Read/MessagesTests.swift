import HoldModel
import RedisStore
import Testing

/// Where the messages of accepted checkouts are found, however they are spelt (contract section 3).
@Suite("the finalizer's messages")
struct MessagesTests {
    private let order = Order(
        id: OrderID("12"), token: HoldToken("t"), event: EventID("e"), status: .pendingPayment, expiresAt: nil,
        createdAt: nil, lines: [])

    private func evidence(_ redis: RedisFixture) async throws -> (CheckoutEvidence, doubt: String?) {
        try await redis.store.messages(in: FinalizerLists("queues:finalization", in: redis.keys))
    }

    private func push(_ list: String, _ messages: [String], _ redis: RedisFixture) async throws {
        let key = redis.keys.prefix + Array(list.utf8)
        try await redis.send([Array("RPUSH".utf8), key] + messages.map { Array($0.utf8) })
    }

    @Test(
        "are an order's by its id or by its hold, each for itself",
        arguments: [
            #"{"payload":{"orderId":"12","holdToken":"other"}}"#, #"{"payload":{"holdToken":"t"}}"#,
            #"{"attempts":1, "payload" : {"items":[{"a":[1]}], "orderId" : 12}}"#,
            #"{"payload":{"orderId":"\u0031\u0032","holdToken":false}}"#,
            #"{"payload":{"orderId":{"id":1},"holdToken":"t"}}"#,
            #"{"payload":{"orderId":"1","orderId":"12"},"error":"late"}"#,
            #"{"payload":{"orderId":"1"},"payload":{"orderId":"12"}}"#,
        ])
    func areFound(_ message: String) async throws {
        try await RedisFixture.with { redis in
            try await push("queues:finalization", [message], redis)
            let (evidence, doubt) = try await evidence(redis)
            #expect(doubt == nil)
            #expect(evidence.lists == .read)
            #expect(evidence.message(of: order) == .queue)
        }
    }

    @Test(
        "that cannot be read may be any order's",
        arguments: [
            "", "text", "[]", "{}", #"{"payload":"{}"}"#, #"{"payload":{"orderId":null}}"#, #"{"orderId":"12"}"#,
        ])
    func areInDoubt(_ message: String) async throws {
        try await RedisFixture.with { redis in
            try await push("queues:finalization:dead-letter", [message], redis)
            let (evidence, doubt) = try await evidence(redis)
            #expect(doubt?.contains("names neither order nor hold") == true)
            #expect(evidence.lists == .unread)
        }
    }

    @Test(
        "of one list are found where the other is somebody else's key",
        arguments: [
            ("queues:finalization", "queues:finalization:dead-letter"),
            ("queues:finalization:dead-letter", "queues:finalization"),
        ])
    func areFoundBesideAForeignKey(_ list: String, _ other: String) async throws {
        try await RedisFixture.with { redis in
            try await push(list, [#"{"payload":{"orderId":"12"}}"#], redis)
            try await redis.send([Array("SET".utf8), redis.keys.prefix + Array(other.utf8), Array("x".utf8)])
            let (evidence, doubt) = try await evidence(redis)
            #expect(doubt?.contains("WRONGTYPE") == true)
            #expect(evidence.lists == .unread)
            #expect(evidence.message(of: order) != nil)
        }
    }

    @Test("are all found in lists of several steps, and none where there is no list")
    func areAllFound() async throws {
        try await RedisFixture.with { redis in
            #expect(try await evidence(redis).0.lists == .read)
            let messages = (0..<1700).map { #"{"payload":{"orderId":"o\#($0)","holdToken":"t\#($0)"}}"# }
            try await push("queues:finalization", Array(messages.prefix(1200)), redis)
            try await push("queues:finalization:dead-letter", Array(messages.dropFirst(1200)), redis)
            let (evidence, doubt) = try await evidence(redis)
            #expect(doubt == nil)
            for (number, place) in [(0, CheckoutEvidence.MessagePlace.queue), (1199, .queue), (1699, .deadLetters)] {
                let order = Order(
                    id: OrderID("o\(number)"), token: HoldToken("x"), event: EventID("e"), status: .pendingPayment,
                    expiresAt: nil, createdAt: nil, lines: [])
                #expect(evidence.message(of: order) == place)
            }
            #expect(evidence.message(of: order) == nil)
        }
    }

    @Test("are not looked for where a list is of another type")
    func areNotLookedFor() async throws {
        try await RedisFixture.with { redis in
            let key = redis.keys.prefix + Array("queues:finalization".utf8)
            try await redis.send([Array("SET".utf8), key, [1]])
            let (evidence, doubt) = try await evidence(redis)
            #expect(doubt?.contains("WRONGTYPE") == true)
            #expect(evidence.lists == .unread)
        }
    }
}
