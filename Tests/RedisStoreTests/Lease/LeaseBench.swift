import HoldModel
import Testing

@testable import RedisStore

/// Leases of several runs on one server.
struct LeaseBench: Sendable {
    let redis: RedisFixture

    static func with(_ body: (LeaseBench) async throws -> Void) async throws {
        try await RedisFixture.with { redis in
            let bench = LeaseBench(redis: redis)
            try await redis.send([Array("DEL".utf8), redis.keys.lease])
            try await body(bench)
        }
    }

    func keys(_ part: String) throws -> KeySpace {
        KeySpace(prefix: "eventix:test:", shard: try #require(Shard(part)))
    }

    func lease(_ part: String, name: String, life: Duration = .seconds(3600)) throws -> Lease {
        Lease(redis.connection, redis.scripts, keys: try keys(part), name: name, life: life)
    }

    /// Runs `body` while a shard has written.
    func withLease(_ part: String, _ body: () async throws -> Void) async throws {
        try await Lease.withLease(
            redis.connection, redis.scripts, keys: try keys(part), name: part, life: .seconds(3600)
        ) { lease in
            _ = try await lease.owner()
            try await body()
        }
    }

    func owner(of part: String) async throws -> String? {
        try await redis.send([Array("GET".utf8), try keys(part).lease]).text
    }

    func common() async throws -> String? {
        try await redis.send([Array("GET".utf8), redis.keys.commonLease]).text
    }

    /// When a shard's lease ends, or the common one: milliseconds since 1970, -2 where there is none.
    func expiry(ofCommon isCommon: Bool, _ part: String) async throws -> Int64 {
        let keys = try keys(part)
        let reply = try await redis.send([Array("PEXPIRETIME".utf8), isCommon ? keys.commonLease : keys.lease])
        return try #require(reply.integer)
    }

    /// What a run that comes second is told of the first.
    func holder(of first: String, asSeenBy second: String) throws -> String {
        let count = try keys(first).shard.count
        return first == second || count == 1 ? "first" : "shards:\(count)"
    }
}
