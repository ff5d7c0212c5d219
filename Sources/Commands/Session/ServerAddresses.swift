import ArgumentParser
import PostgresSource
import RedisStore

/// Where the two servers are, read once from options and environment, and good for any number of runs.
struct ServerAddresses: Sendable {
    let postgres: PostgresSettings
    let redis: RedisSettings
    let keyPrefix: String
    /// Seconds that a run's right to write outlives it.
    let leaseSeconds: Int
}

extension ServerOptions {
    /// - Throws: `ValidationError` where one is missing or unreadable.
    func addresses(_ environment: Environment = .current) throws -> ServerAddresses {
        ServerAddresses(
            postgres: try postgresSettings(environment), redis: try redisSettings(environment),
            keyPrefix: keyPrefix(environment), leaseSeconds: leaseSeconds)
    }
}
