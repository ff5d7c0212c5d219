import TestServers

/// Faults of the expiration index.
extension Scene {
    /// A member whose hold was released and whose hash is gone: nothing else knows the token.
    mutating func leaveMember() async throws {
        let hold = try await acquire("orphan", [Seats(stalls, 1)])
        try await platform.release(hold)
        try await deleteHash(of: hold)
        try await platform.redis.command("ZADD", platform.indexKey, String(hold.expiresAt), hold.token)
        faulty = hold
    }

    /// A live hold with an order, without member.
    mutating func loseMember() async throws {
        let hold = try await acquire("unlisted", [Seats(stalls, 2)])
        try await platform.orderB(hold)
        try await platform.redis.command("ZREM", platform.indexKey, hold.token)
        keep(hold)
        faulty = hold
    }

    /// A live hold, in Redis only, with milliseconds for a score.
    mutating func spoilScore() async throws {
        let hold = try await acquire("milliseconds", [Seats(stalls, 2)])
        try await platform.redis.command("ZADD", platform.indexKey, String(hold.expiresAt * 1000), hold.token)
        keep(hold, redisOnly: true)
        faulty = hold
    }
}
