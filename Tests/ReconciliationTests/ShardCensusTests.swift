import HoldModel
import PostgresSource
import RedisStore
import TestPlatform
import TestServers
import Testing

@testable import Reconciliation

/// A shard's memory goes with its own events.
@Suite(.postgres) struct ShardCensusTests {
    @Test func aShardKeepsNoTokenOfAnothersEvents() async throws {
        try await withCensusTakers { platform, take in
            var events: [HoldToken: EventID] = [:]
            for number in 1...12 {
                try await platform.addEvent("event-\(number)", categories: [("seats-\(number)", 100, 0)])
                for hold in 1...3 {
                    let token = "hold-\(number)-\(hold)"
                    try await platform.acquire(token, event: "event-\(number)", [Seats("seats-\(number)", 1)])
                    events[HoldToken(token)] = EventID("event-\(number)")
                }
                // Their event is known from their order alone.
                let lost = try await platform.acquire(
                    "lost-\(number)", event: "event-\(number)", [Seats("seats-\(number)", 1)])
                try await platform.orderB(lost)
                try await platform.redis.command("DEL", platform.holdKey(lost.token))
                events[HoldToken(lost.token)] = EventID("event-\(number)")
            }
            for number in 1...9 { try await platform.redis.command("ZADD", platform.indexKey, "1", "stray-\(number)") }

            var known = 0
            for part in ["0/3", "1/3", "2/3"] {
                let shard = try #require(Shard(part))
                let census = try await take(part).census
                known += census.count
                #expect(census.count > 0 && census.count < 57)
                for (token, event) in events {
                    #expect(census.isKnown(token) == shard.owns(event), "\(part) \(token)")
                    #expect(census.tokens(of: event).contains(token) == shard.owns(event), "\(part) \(token)")
                }
                #expect(census.strays.allSatisfy { shard.owns($0) })
            }
            #expect(try await take("0/1").census.count == 57)
            #expect(known == 57)
        }
    }
}

/// Runs `body` on a platform of its own, with something that takes the census of a part.
private func withCensusTakers(
    _ body: (Platform, (String) async throws -> CensusTaker.Result) async throws -> Void
) async throws {
    try await withPlatform { platform, _ in
        let settings = PostgresSettings(connectionString: platform.connectionString, statementTimeout: 60)
        try await PostgresSource.withSource(settings) { source in
            try await RedisConnection.withConnection(try RedisSettings(url: platform.redis.url)) { redis in
                let store = HoldStore(
                    redis, ScriptRunner(redis, knowsScriptFlags: true), keys: KeySpace(prefix: platform.keyPrefix))
                try await body(platform) { part in
                    let shard = try #require(Shard(part))
                    return try await CensusTaker(source, store, shard: shard, progress: { _ in })
                        .take(index: true, keyspace: true)
                }
            }
        }
    }
}
