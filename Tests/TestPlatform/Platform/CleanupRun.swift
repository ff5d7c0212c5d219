import TestServers

/// What one run of the cleaner did: the platform's event `HoldCleanupRun`.
package struct CleanupRun: Sendable, Hashable {
    package let total: Int
    package let released: Int
    package let skipped: Int
    package let errors: Int

    package init(total: Int, released: Int, skipped: Int, errors: Int) {
        self.total = total
        self.released = released
        self.skipped = skipped
        self.errors = errors
    }
}

extension Platform {
    /// One run of the cron job that releases expired holds.
    @discardableResult
    package func clean(at now: Int = Clock.now(), limit: Int = 100) async throws -> CleanupRun {
        let call = cleanerCall(at: now, limit: limit)
        let reply = try await redis.eval(call.script.text, keys: call.keys, arguments: call.arguments)
        let counts = reply.split(separator: "\n").compactMap { Int($0) }
        guard counts.count == 4 else { throw UnexpectedReply(script: .cleaner, text: reply) }
        return CleanupRun(total: counts[0], released: counts[1], skipped: counts[2], errors: counts[3])
    }
}

/// A reply that is not what the script's header says.
package struct UnexpectedReply: Error {
    package let script: PlatformScript
    package let text: String

    package init(script: PlatformScript, text: String) {
        self.script = script
        self.text = text
    }
}
