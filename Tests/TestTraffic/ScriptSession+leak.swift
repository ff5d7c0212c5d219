import RedisStore
package import TestPlatform

extension ScriptSession {
    /// Takes a hold's hash and index member away at once: its seats stay in `pending` for ever.
    package func lose(_ hold: PlatformHold, on platform: Platform) async throws {
        _ = try await connection.replies(to: [
            RedisCommand("MULTI"),
            RedisCommand("DEL", platform.holdKey(hold.token)),
            RedisCommand("ZREM", platform.indexKey, hold.token),
            RedisCommand("EXEC"),
        ])
    }
}
