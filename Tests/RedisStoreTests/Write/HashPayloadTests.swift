import HoldModel
import TestOutcomes
import TestServers
import Testing

@testable import RedisStore

/// The payload must be what Redis itself would read and write.
@Suite("a hash sent as one payload")
struct HashPayloadTests {
    /// Lengths around every change of the format: of a value's length, and of the length for the way back.
    private static let lengths = [
        0, 1, 62, 63, 64, 65, 123, 124, 125, 126, 127, 128, 4093, 4094, 4095, 4096, 4097, 16_370, 16_378, 16_379,
        16_384,
        70_000, 2_097_140, 2_097_145, 2_097_146, 2_097_152,
    ]

    private func restore(_ payload: [UInt8], _ redis: RedisFixture) async throws -> [[UInt8]] {
        try await redis.send(["RESTORE", "h", "0"].map { Array($0.utf8) } + [payload])
        return try await redis.send("HGETALL", "h").array?.compactMap(\.bytes) ?? []
    }

    @Test("comes back from Redis as it was, whatever the length of a value", arguments: lengths)
    func comesBack(_ length: Int) async throws {
        try await RedisFixture.with { redis in
            // Bytes that are no text, and a short field behind it, which the way back must find.
            let long = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            var payload = HashPayload()
            payload.write(fields: 4, texts: length + 100) { hash in
                hash.appendEntry("entries")
                hash.appendEntry(long)
                hash.appendEntry("total")
                hash.appendEntry(5)
                hash.appendEntry("least")
                hash.appendEntry(.min)
                hash.appendEntry("traceId")
                hash.appendEntry("hold-reconciler")
            }
            let read = try await restore(payload.bytes, redis)
            #expect(
                read == [
                    Array("entries".utf8), long, Array("total".utf8), Array("5".utf8), Array("least".utf8),
                    Array("-9223372036854775808".utf8), Array("traceId".utf8), Array("hold-reconciler".utf8),
                ])
            // The whole list is walked backwards and forwards by these.
            #expect(try await redis.send("HINCRBY", "h", "total", "2").integer == 7)
            #expect(try await redis.send("HDEL", "h", "entries").integer == 1)
            #expect(try await redis.send("HGET", "h", "traceId").text == "hold-reconciler")
        }
    }

    @Test("carries a checksum that Redis takes, and refuses where a byte differs")
    func carriesChecksum() async throws {
        try await RedisFixture.with { redis in
            var payload = HashPayload()
            payload.write(fields: 1, texts: 10) { hash in
                hash.appendEntry("token")
                hash.appendEntry("t")
            }
            var bytes = payload.bytes
            bytes[bytes.count - 12] ^= 1
            await #expect(throws: RedisError.self) { try await restore(bytes, redis) }
        }
    }

    @Test("has the checksum of the published check value")
    func hasPublishedChecksum() {
        #expect(CRC64.checksum(of: Array("123456789".utf8).span) == 0xe9c6_d914_c4b8_d9ca)
    }

    /// However many bytes are taken at a time.
    @Test func checksumIsThatOfBitAfterBit() {
        let bytes = (0..<700).map { UInt8(truncatingIfNeeded: $0 &* 167 ^ $0 >> 3) }
        var crc: UInt64 = 0
        for length in 0...bytes.count {
            #expect(CRC64.checksum(of: bytes.span.extracting(0..<length)) == crc)
            guard length < bytes.count else { break }
            crc ^= UInt64(bytes[length])
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x95ac_9329_ac4b_c9b5 : crc >> 1 }
        }
    }

    @Test("stays in the compact encoding, where fields sent one by one do not")
    func staysCompact() async throws {
        for (form, encoding) in [(HashForm.payload, "listpack"), (.fields, "hashtable")] {
            try await RedisFixture.with(form: form) { redis in
                let token = HoldToken("t")
                let order = Order(
                    id: OrderID("o"), token: token, event: EventID("e"), status: .processing, expiresAt: nil,
                    createdAt: Timestamp(milliseconds: 1),
                    lines: [SeatLine(category: CategoryID(String(repeating: "c", count: 40)), quantity: 1)])
                let hold = RewrittenHold(
                    order: order, now: Timestamp(milliseconds: 2_000_000_000_000), policy: Policy())
                let change = HoldChange(
                    token: token, fence: .absent, hash: .replace(hold), index: .score(hold.expiresAtEpoch))
                let outcome = try await redis.repairs.apply([change])
                #expect(outcome == [.applied])
                #expect(try await redis.send("OBJECT", "ENCODING", "eventix:test:holds:t").text == encoding)
            }
        }
    }

    @Test("gives way to fields for a user that may not RESTORE, and nothing is lost")
    func givesWayToFields() async throws {
        let users = ["writer on >secret ~* +@all -restore"]
        try await RedisServer.withServer(RedisServerOptions(tcp: true, aclUsers: users)) { server in
            let settings = try RedisSettings(url: "redis://writer:secret@127.0.0.1:\(server.port)")
            try await RedisConnection.withConnection(settings) { connection in
                let redis = RedisFixture(server, connection)
                let counts = CountChange(
                    category: CategoryID("c"), before: .absent,
                    counts: Counts(total: 20, sold: 4, pending: 5, available: 11), version: 1, raise: 11)
                let plan = EventPlan(
                    event: EventID("e"), standing: .differs, findings: [], holds: [], counts: [counts])
                let outcome = try await redis.repairs.apply([plan])
                #expect(outcome == [.applied])
                #expect(
                    try await redis.hash(redis.keys.inventory(EventID("e"), CategoryID("c"))) == [
                        "total": "20", "sold": "4", "pending": "5", "available": "11", "version": "1",
                    ])
            }
        }
    }
}
