package import RedisStore
package import TestPlatform
import TestServers

/// A connection on which the platform's scripts run by their digests, as fast as Redis takes them.
package struct ScriptSession: Sendable {
    package let connection: RedisConnection
    private let digests: [PlatformScript: String]

    /// Connects, loads the scripts, runs `body`, and closes.
    package static func withSession<Value>(
        on platform: Platform, _ body: (ScriptSession) async throws -> Value
    ) async throws -> Value {
        var settings = try RedisSettings(url: platform.redis.url)
        settings.password = platform.redis.password
        return try await RedisConnection.withConnection(settings) { connection in
            var digests: [PlatformScript: String] = [:]
            for script in PlatformScript.allCases {
                let reply = try await connection.reply(to: RedisCommand("SCRIPT", "LOAD", script.text), "SCRIPT LOAD")
                digests[script] = reply.text
            }
            return try await body(ScriptSession(connection: connection, digests: digests))
        }
    }

    /// Runs one script.
    ///
    /// - Throws: `RedisError` for an error reply; a refusal is a reply like another.
    package func reply(to call: PlatformCall) async throws -> RedisReply {
        try await connection.reply(to: command(call), "script \(call.script.rawValue)")
    }

    /// Runs one script and returns the word it answers.
    package func word(_ call: PlatformCall) async throws -> String {
        guard let word = try await reply(to: call).text else {
            throw UnexpectedReply(script: call.script, text: "no word")
        }
        return word
    }

    /// Runs several scripts as one transaction: nobody sees a state in between.
    package func words(_ calls: [PlatformCall]) async throws -> [String] {
        let replies = try await connection.replies(
            to: [RedisCommand("MULTI")] + calls.map(command) + [RedisCommand("EXEC")])
        return (replies.last?.array ?? []).map { $0.text ?? "no word" }
    }

    private func command(_ call: PlatformCall) -> RedisCommand {
        var command = RedisCommand("EVALSHA", digests[call.script] ?? "", String(call.keys.count))
        for word in call.keys + call.arguments { command.append(word) }
        return command
    }
}
