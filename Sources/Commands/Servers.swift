import HoldModel
import PostgresSource
import RedisStore

/// Both servers, connected: what a command works on.
struct Servers: Sendable {
    let source: PostgresSource
    let store: HoldStore
    /// `nil` unless the run may write.
    let repairs: HoldRepairs?
    let redis: RedisConnection

    /// Connects to both, runs `body`, and closes.
    static func with<Value: Sendable>(
        _ options: ServerOptions, executes: Bool, _ body: (Servers) async throws -> Value
    ) async throws -> Value {
        let keys = options.keySpace()
        let redisSettings = try options.redisSettings()
        return try await PostgresSource.withSource(options.postgresSettings()) { source in
            try await RedisConnection.withConnection(redisSettings) { redis in
                let facts = try await redis.facts()
                let scripts = ScriptRunner(redis, knowsScriptFlags: facts.knowsScriptFlags)
                return try await body(
                    Servers(
                        source: source, store: HoldStore(redis, scripts, keys: keys),
                        repairs: executes ? HoldRepairs(redis, scripts, keys: keys) : nil, redis: redis))
            }
        }
    }
}
