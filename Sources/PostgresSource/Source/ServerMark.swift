import Synchronization

/// Remembers the server of a source's first transaction. Each later one is compared with it, since a pooler or a
/// failover may bring the next one to another server.
final class ServerMark: Sendable {
    private struct Met {
        let isStandby: Bool
        var start: String?
        var isOneServer = true
    }

    /// Whether only a primary will do, since the run writes to Redis what SQL says.
    private let needsPrimary: Bool
    private let met = Mutex<Met?>(nil)

    init(needsPrimary: Bool) {
        self.needsPrimary = needsPrimary
    }

    /// Whether the server was a hot standby when it was first asked.
    var isStandby: Bool { met.withLock { $0?.isStandby ?? false } }

    /// Whether one server has served all transactions, as far as can be known.
    var isOneServer: Bool { met.withLock { $0?.isOneServer ?? true } }

    /// Notes the server of a transaction, and compares it with the first.
    ///
    /// - Parameter start: when the server was started; `nil` where it does not say.
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
        // Beside a primary the run has not waited for replay, so a standby would be too old.
        if isStandby, !first.isStandby { throw .becameStandby(target: target) }
        if needsPrimary, !first.isOneServer { throw .anotherServer(target: target) }
    }
}
