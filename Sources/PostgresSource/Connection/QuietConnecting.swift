import CLibPQ
import ConnectionStrings

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Connects step by step. When it connects in one call, libpq writes what a server says before its first answer to
/// stderr, where it could forge lines of the log or repeat the password.
@safe
struct QuietConnecting {
    /// How long each host may take, by libpq's own rule: without limit for zero or less, else two seconds at the least.
    private let patience: Duration?
    /// Whether there may be another address after one that does not answer.
    private let hasMoreAddresses: Bool

    /// - Parameter keywords: libpq's keywords; where one comes twice the last counts.
    init(_ keywords: [(name: String, value: String)]) {
        func value(_ name: String) -> String { keywords.last { $0.name == name }?.value ?? "" }
        let seconds = Int(value("connect_timeout")) ?? 0
        patience = seconds > 0 ? .seconds(max(seconds, 2)) : nil
        let host = value("hostaddr").isEmpty ? value("host") : value("hostaddr")
        let isAddress = !host.isEmpty && host.allSatisfy { $0.isASCII && ($0.isHexDigit || ".:".contains($0)) }
        hasMoreAddresses = host.contains(",") || !host.isEmpty && !host.hasPrefix("/") && !isAddress
    }

    /// The error that no server has answered in time.
    struct TimedOut: Error {
        let patience: Duration
    }

    /// - Returns: a connection, or one that failed and says why; the caller finishes it. `nil` where memory has run out.
    func connected(
        _ names: [UnsafePointer<CChar>?], _ values: [UnsafePointer<CChar>?]
    ) throws(TimedOut) -> OpaquePointer? {
        guard let connection = unsafe PQconnectStartParams(names, values, 0) else { return nil }
        _ = unsafe PQsetNoticeProcessor(connection, { _, _ in }, nil)
        if unsafe isSettled(connection) { return unsafe connection }
        unsafe PQfinish(connection)
        guard hasMoreAddresses else { throw TimedOut(patience: patience ?? .zero) }
        // Only in one call does libpq try the next address when the time for one is over.
        return unsafe PQconnectdbParams(names, values, 0)
    }

    /// - Returns: `false` where the time was over before the connection was made or had failed.
    private func isSettled(_ connection: OpaquePointer) -> Bool {
        let deadline = patience.map { ContinuousClock.now + $0 }
        var step = PGRES_POLLING_WRITING
        while unsafe PQstatus(connection) != CONNECTION_BAD {
            switch step {
            case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
                let events = Int16(step == PGRES_POLLING_READING ? POLLIN : POLLOUT)
                var descriptor = pollfd(fd: unsafe PQsocket(connection), events: events, revents: 0)
                let left = deadline.map { ($0 - .now) / .milliseconds(1) }
                if let left, left <= 0 { return false }
                let ready = unsafe poll(&descriptor, 1, left.map { Int32(min($0.rounded(.up), 60_000)) } ?? -1)
                if ready <= 0 { continue }
                step = unsafe PQconnectPoll(connection)
            default: return true
            }
        }
        return true
    }
}
