import HoldModel
package import RedisStore

/// Watches Redis during a run: that it is still the same server, and that it still answers quickly.
///
/// It asks on a connection of its own, so that it measures the server and not the run's own queue.
package struct ServerWatch: Sendable {
    private let connection: RedisConnection
    package let identity: ServerIdentity
    private let settings: RunSettings
    private let progress: ProgressSink

    package init(_ connection: RedisConnection, settings: RunSettings, progress: @escaping ProgressSink) async throws {
        self.connection = connection
        self.settings = settings
        self.progress = progress
        identity = try await connection.identity()
    }

    /// Returns a warning where Redis is at its memory limit and has evicted keys, such as holds, since the run began.
    ///
    /// - Returns: `nil` where it has evicted none, or may not be asked.
    func evictionNote() async throws -> String? {
        let keys = try await connection.identity().evicted(since: identity)
        guard keys > 0 else { return nil }
        return "Redis is at its maxmemory and evicted \(keys) keys meanwhile, maybe some that were written: raise the "
            + "limit, or set maxmemory-policy to noeviction, and run again"
    }

    /// The longest wait before one step: with a server that is always slow, steps are rare instead of impossible.
    private static let patience = Duration.seconds(2)

    /// Waits until the run may take its next step: until Redis answers in time, or ``patience`` is over.
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
