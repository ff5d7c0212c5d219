import CLibPQ

/// Asks the server to end the statement that a connection is running.
///
/// `@unchecked Sendable`: libpq documents `PQcancel` as safe to call from another thread than the connection's, since
/// the `PGcancel` object is a copy of what it needs and never changes after `PQgetCancel`.
@safe
final class QueryCanceller: @unchecked Sendable {
    private let cancel: OpaquePointer

    init?(_ connection: OpaquePointer) {
        guard let cancel = unsafe PQgetCancel(connection) else { return nil }
        unsafe self.cancel = cancel
    }

    deinit {
        unsafe PQfreeCancel(cancel)
    }

    /// A request that does not arrive changes nothing: the statement timeout ends the statement then.
    func requestCancel() {
        _ = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            unsafe PQcancel(cancel, buffer.baseAddress, Int32(buffer.count))
        }
    }
}
