import TestPlatform
import TestServers

/// Runs `body` on a platform of its own: a database in the suite's PostgreSQL, and a Redis that nobody else has.
func withPlatform<T: Sendable>(
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

extension RedisServer {
    /// The commands that changed something since the server's start or the last `CONFIG RESETSTAT`, by name.
    func writes() async throws -> [String: Int] {
        let harmless: Set = [
            "acl|setuser", "acl|whoami", "auth", "client|id", "client|list", "client|setinfo", "command|docs",
            "config|get",
            "config|resetstat", "dump", "eval", "evalsha", "evalsha_ro", "exists", "get", "hexists", "hget", "hgetall",
            "hmget", "info", "keys",
            "pexpiretime",
            "ping", "scan", "script|load", "select", "time", "type", "zrange", "zscan", "zscore", "dbsize", "hello",
            "command", "ttl", "pttl", "zcard", "zcount", "expiretime",
        ]
        return try await commandStats().filter { !harmless.contains($0.key) }
    }
}
