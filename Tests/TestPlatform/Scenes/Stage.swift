package import TestServers

/// Runs `body` on a platform of its own: a database in the suite's PostgreSQL, and a Redis that nobody else has.
package func withPlatform<T: Sendable>(
    redis options: RedisServerOptions = RedisServerOptions(), keyPrefix: String = "eventix:test:",
    _ body: (Platform, Program) async throws -> T
) async throws -> T {
    guard let postgres = PostgresServer.current else {
        throw TestServerError.options("the suite lacks the trait .postgres")
    }
    return try await RedisServer.withServer(options) { redis in
        let platform = Platform(
            postgres: postgres, database: "platform_\(redis.pid)", redis: redis, keyPrefix: keyPrefix)
        try await platform.install()
        return try await body(platform, try Program(on: platform))
    }
}
