import ArgumentParser
import PostgresSource
import RedisStore

/// The addresses of the two servers, read once from options and environment, for any number of runs.
struct ServerAddresses: Sendable {
    let postgres: PostgresSettings
    let redis: RedisSettings
    let keyPrefix: String
    /// How many seconds the lease outlives a run that was killed.
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
