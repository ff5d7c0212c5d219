import ArgumentParser
import ConnectionStrings
import PostgresSource
import RedisStore

/// Where the two servers are, read once from options and environment, and good for any number of runs.
struct ServerAddresses: Sendable {
    let postgres: PostgresSettings
    let redis: RedisSettings
    let keyPrefix: String
    /// Seconds that a run's right to write outlives it.
    let leaseSeconds: Int
    /// What no message may carry.
    let secrets: Secrets

    /// What may be told of an error: its words, without any secret that a server or a library repeats.
    func told(_ error: any Error) -> String {
        secrets.removed(from: String(describing: error))
    }
}

extension ServerOptions {
    /// - Throws: `ValidationError` where one is missing or unreadable.
    func addresses(_ environment: Environment = .current) throws -> ServerAddresses {
        let (postgres, redis) = (try postgresSettings(environment), try redisSettings(environment))
        let ofPostgres = try PostgresAddress(postgres.connectionString).secrets
        let inVariables = ["PGPASSWORD", "REDIS_PASSWORD", "HOLD_RECONCILER_TOKEN", "HOLD_RECONCILER_API_TOKEN"]
        return ServerAddresses(
            postgres: postgres, redis: redis, keyPrefix: keyPrefix(environment), leaseSeconds: leaseSeconds,
            secrets: Secrets(
                ofPostgres + [redis.password].compactMap(\.self) + inVariables.compactMap { environment[$0] }))
    }
}
