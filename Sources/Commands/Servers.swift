import Foundation
import HoldModel
import PostgresSource
import RedisStore

/// Both servers, connected: what a command works on.
struct Servers: Sendable {
    let source: PostgresSource
    let store: HoldStore
    /// `nil` unless the run may write.
    let repairs: HoldRepairs?
    /// A second connection to Redis, for questions that must not queue behind the run's own.
    let watched: RedisConnection

    /// Connects to both, runs `body`, and closes.
    static func with<Value: Sendable>(
        _ options: ServerOptions, executes: Bool, shard: Shard = .whole, scriptBudget: Duration = .milliseconds(2),
        _ body: (Servers) async throws -> Value
    ) async throws -> Value {
        let keys = options.keySpace(shard: shard)
        let redisSettings = try options.redisSettings()
        return try await PostgresSource.withSource(options.postgresSettings()) { source in
            try await RedisConnection.withConnection(redisSettings) { redis in
                try await RedisConnection.withConnection(redisSettings) { watched in
                    let facts = try await redis.facts()
                    let scripts = ScriptRunner(redis, knowsScriptFlags: facts.knowsScriptFlags)
                    let store = HoldStore(redis, scripts, keys: keys)
                    guard executes else {
                        return try await body(Servers(source: source, store: store, repairs: nil, watched: watched))
                    }
                    return try await Lease.withLease(
                        redis, scripts, keys: keys, name: leaseName(), life: .seconds(options.leaseSeconds)
                    ) { lease in
                        let repairs = HoldRepairs(
                            redis, scripts, keys: keys, lease: lease, budget: ScriptBudget(scriptBudget),
                            form: facts.knowsScriptFlags ? .payload : .fields)
                        return try await body(
                            Servers(source: source, store: store, repairs: repairs, watched: watched))
                    }
                }
            }
        }
    }

    /// Who holds the lease, for the other run's message: host and process, and a number that no other run has.
    private static func leaseName() -> String {
        "\(currentHost()) process \(ProcessInfo.processInfo.processIdentifier) #\(UInt64.random(in: 0...UInt64.max))"
    }
}
