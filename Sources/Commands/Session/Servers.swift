import ChangeFiles
import HoldModel
import PostgresSource
import RedisStore

/// The connections of a command to both servers.
struct Servers: Sendable {
    let source: PostgresSource
    let store: HoldStore
    /// `nil` unless the run may write.
    let repairs: HoldRepairs?
    /// A second connection to Redis, for questions that must not queue behind the run's own.
    let watched: RedisConnection
    /// A sentence for each command of Redis that cannot be used here: what that costs.
    let lacks: [String]

    /// Connects to both, runs `body`, and closes.
    static func with<Value: Sendable>(
        _ addresses: ServerAddresses, executes: Bool, shard: Shard = .whole,
        scriptBudget: Duration = .milliseconds(2),
        journal: ((PostgresSource, RedisConnection) async throws -> JournalWriter)? = nil,
        _ body: (Servers) async throws -> Value
    ) async throws -> Value {
        let keys = KeySpace(prefix: addresses.keyPrefix, shard: shard)
        var postgres = addresses.postgres
        postgres.needsPrimary = executes
        return try await PostgresSource.withSource(postgres) { source in
            try await RedisConnection.withConnection(addresses.redis) { redis in
                try await RedisConnection.withConnection(addresses.redis) { watched in
                    let facts = try await redis.facts()
                    let scripts = ScriptRunner(redis, knowsScriptFlags: facts.knowsScriptFlags)
                    let store = HoldStore(redis, scripts, keys: keys, budget: .looking(scriptBudget))
                    guard executes else {
                        return try await body(
                            Servers(source: source, store: store, repairs: nil, watched: watched, lacks: facts.lacks))
                    }
                    return try await WritingSide.with(
                        redis, facts, scripts, keys: keys, leaseSeconds: addresses.leaseSeconds,
                        scriptBudget: scriptBudget, journal: try await journal?(source, redis)
                    ) { repairs in
                        try await body(
                            Servers(
                                source: source, store: store, repairs: repairs, watched: watched, lacks: facts.lacks))
                    }
                }
            }
        }
    }
}
