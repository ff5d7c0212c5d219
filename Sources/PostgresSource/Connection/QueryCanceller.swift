import CLibPQ
import Dispatch

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

    /// Sends the request. If it does not arrive, the statement timeout ends the statement.
    ///
    /// libpq waits until the server has accepted the request, and a server that does not answer never does. So another
    /// thread waits for that, and this function only as long as a healthy server needs. A request that arrives late may
    /// end a later statement of the connection.
    func requestCancel() {
        let hasArrived = DispatchSemaphore(value: 0)
        Self.queue.async {
            self.send()
            hasArrived.signal()
        }
        _ = hasArrived.wait(timeout: .now() + .milliseconds(500))
    }

    private static let queue = DispatchQueue(label: "cancellations", attributes: .concurrent)

    private func send() {
        _ = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            unsafe PQcancel(cancel, buffer.baseAddress, Int32(buffer.count))
        }
    }
}
