import TestPlatform
import TestServers
import Testing

/// A small event whose seats wait for the finalizer.
extension Platform {
    static let hall = (event: "gala", category: "stalls", total: 10)

    /// Puts the hall on sale, and takes six of its ten seats `age` seconds ago. Redis drops the hash three hours from now.
    func takeSixSeats(_ token: String = "late", age: Int) async throws -> PlatformHold {
        let (event, category, total) = Self.hall
        try await addEvent(event, categories: [(category, total: total, sold: 0)])
        return try await acquire(token, event: event, [Seats(category, 6)], at: Clock.now() - age, hashTTL: 3 * 3600)
    }

    /// The hold's time is over in every way: hash and index member are gone, its seats are still pending.
    func forget(_ hold: PlatformHold) async throws {
        try await redis.command("DEL", holdKey(hold.token))
        try await redis.command("ZREM", indexKey, hold.token)
    }

    /// Expects that the hall has these counts in Redis.
    func expectHall(sold: Int, pending: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        var fields = try await inventory(event: Self.hall.event, category: Self.hall.category)
        fields["version"] = nil
        let expected = SeatCounts(total: Self.hall.total, sold: sold, pending: pending)
        #expect(fields == expected.fields, sourceLocation: sourceLocation)
    }

    /// Expects that a hash which was written for a late finalizer is there: committed, listed, and alive for a day.
    func expectKept(_ hold: PlatformHold, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let hash = try await self.hold(hold.token)
        #expect(hash["status"] == "checkout_committed", sourceLocation: sourceLocation)
        let expiry = try #require(Int(hash["expiresAtEpoch"] ?? ""), sourceLocation: sourceLocation)
        #expect(abs(expiry - Clock.now() - 86400) < 300, sourceLocation: sourceLocation)
        let life = try #require(Int(await redis.command("TTL", holdKey(hold.token))), sourceLocation: sourceLocation)
        #expect(life > 86400 - 300, sourceLocation: sourceLocation)
        #expect(try await index()[hold.token] == Double(expiry), sourceLocation: sourceLocation)
    }

    /// Seats that SQL has sold of the hall.
    func soldInSQL() async throws -> Int? {
        Int(try await sql("SELECT quantity_sold FROM ticket_categories WHERE id = '\(Self.hall.category)'"))
    }
}
