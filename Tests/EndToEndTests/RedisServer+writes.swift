import TestServers

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
