import Synchronization

/// Which server the connections of one source have met. Each transaction is compared with the first, since a pooler or a
/// failover may bring the next one to another server.
final class ServerMark: Sendable {
    private struct Met {
        let isStandby: Bool
        var start: String?
        var isOneServer = true
    }

    /// Whether only a primary will do, since what it says is written to Redis.
    private let needsPrimary: Bool
    private let met = Mutex<Met?>(nil)

    init(needsPrimary: Bool) {
        self.needsPrimary = needsPrimary
    }

    /// Whether the server was a hot standby when it was first asked.
    var isStandby: Bool { met.withLock { $0?.isStandby ?? false } }

    /// Whether all transactions were served by one server, as far as it can be told.
    var isOneServer: Bool { met.withLock { $0?.isOneServer ?? true } }

    /// Takes note of the server of a transaction.
    ///
    /// - Parameter start: when it was started; `nil` where it does not say.
    /// - Throws: ``PostgresError/standby(target:)``, ``PostgresError/becameStandby(target:)`` or
    ///   ``PostgresError/anotherServer(target:)`` where nothing that it says may be used.
    func meet(isStandby: Bool, start: String?, target: String) throws(PostgresError) {
        if needsPrimary, isStandby { throw .standby(target: target) }
        let first = met.withLock { met -> Met in
            var first = met ?? Met(isStandby: isStandby, start: start)
            if let start, let known = first.start, start != known { first.isOneServer = false }
            first.start = first.start ?? start
            met = first
            return first
        }
        // What a primary did not need to be asked for was not waited for.
        if isStandby, !first.isStandby { throw .becameStandby(target: target) }
        if needsPrimary, !first.isOneServer { throw .anotherServer(target: target) }
    }
}
