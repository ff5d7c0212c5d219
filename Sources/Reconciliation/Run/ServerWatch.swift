import HoldModel
package import RedisStore

/// Watches Redis while a run goes on: that it is still the same server, and that it is not short of breath.
///
/// It asks on a connection of its own, so that what it measures is the server and not the run's own queue.
package struct ServerWatch: Sendable {
    private let connection: RedisConnection
    private let identity: ServerIdentity
    private let settings: RunSettings
    private let progress: ProgressSink

    package init(_ connection: RedisConnection, settings: RunSettings, progress: @escaping ProgressSink) async throws {
        self.connection = connection
        self.settings = settings
        self.progress = progress
        identity = try await connection.identity()
    }

    /// What is to be told of a server at its limit, which gives up keys that have a TTL, as holds have, or any.
    ///
    /// - Returns: `nil` where it has evicted none since the run began, or nobody may ask.
    func evictionNote() async throws -> String? {
        let keys = try await connection.identity().evicted(since: identity)
        guard keys > 0 else { return nil }
        return "Redis is at its maxmemory and evicted \(keys) keys meanwhile, maybe some that were written: raise the "
            + "limit, or set maxmemory-policy to noeviction, and run again"
    }

    /// How long one step waits at the most: a server that is always slow gets few steps instead of none.
    private static let patience = Duration.seconds(2)

    /// Returns when the run may take its next step: at once, or when Redis answers in time again, or has had its pause.
    ///
    /// - Throws: ``RunRefusal/anotherServer(_:)``.
    func admit() async throws {
        var pause = Duration.milliseconds(50)
        let end = ContinuousClock.now + Self.patience
        while true {
            let now = try await connection.identity()
            if let change = now.change(since: identity) { throw RunRefusal.anotherServer(change) }
            let latency = try await connection.latency()
            guard latency > settings.maxLatency, .now < end, settings.stop.cause == nil else { return }
            progress(RunProgress(phase: .waiting, done: Int(latency / .milliseconds(1)), total: nil))
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
    }
}
