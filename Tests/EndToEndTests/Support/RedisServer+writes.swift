import TestServers

extension RedisServer {
    /// The commands that changed something since the server's start or the last `CONFIG RESETSTAT`, by name.
    func writes() async throws -> [String: Int] {
        let harmless: Set = [
            "acl|setuser", "acl|whoami", "auth", "client|id", "client|list", "client|setinfo", "command",
            "command|docs", "config|get", "config|resetstat", "dbsize", "dump", "eval", "evalsha", "evalsha_ro",
            "exists", "expiretime", "get", "hello", "hexists", "hget", "hgetall", "hmget", "info", "keys",
            "llen", "lrange", "pexpiretime", "ping", "pttl", "scan", "script|load", "select", "time", "ttl", "type",
            "zcard", "zcount", "zmscore", "zrange", "zrangebyscore", "zscan", "zscore",
        ]
        return try await commandStats().filter { !harmless.contains($0.key) }
    }
}
