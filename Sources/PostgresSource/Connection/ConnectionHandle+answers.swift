import CLibPQ

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads answers. The server is not trusted: each loop here ends in time, whatever it sends. An answer that nothing
/// asked for, or that is too large, ends the connection.
extension ConnectionHandle {
    /// After how many milliseconds a wait checks whether it is still needed.
    private static let oneWait = 250.0

    /// Returns the next result of what was sent, which the caller frees; `nil` after the last.
    ///
    /// During a COPY libpq returns the same result again and again until its rows have been read or written. With a
    /// COPY that nothing asked for, a caller would never get to the end, so it ends the connection.
    ///
    /// - Parameter isStream: whether rows are expected to follow.
    func nextResult(
        of query: String, until deadline: ContinuousClock.Instant, isStream: Bool = false
    ) throws(PostgresError) -> OpaquePointer? {
        while unsafe PQisBusy(connection) == 1 { try awaitInput(until: deadline, query) }
        let result = unsafe PQgetResult(connection)
        switch unsafe PQresultStatus(result) {
        case PGRES_COPY_OUT where isStream: return unsafe result
        case PGRES_COPY_OUT, PGRES_COPY_IN, PGRES_COPY_BOTH:
            unsafe PQclear(result)
            throw lost(query, "it began a COPY that nothing had asked for")
        default: break
        }
        guard ContinuousClock.now < deadline else {
            unsafe PQclear(result)
            throw lost(query, "its answer did not end within \(patience / .seconds(1)) s")
        }
        return unsafe result
    }

    /// Reads the rest of an answer.
    ///
    /// - Returns: the last result, which the caller frees; `nil` where there was none left.
    func rest(of query: String) throws(PostgresError) -> OpaquePointer? {
        let deadline = ContinuousClock.now + patience
        var last: OpaquePointer?
        do {
            while let next = unsafe try nextResult(of: query, until: deadline) {
                unsafe PQclear(last)
                unsafe last = next
            }
            return unsafe last
        } catch {
            unsafe PQclear(last)
            throw error
        }
    }

    /// Reads and drops the rest of an answer that nobody needs any more, and the rows of a stream before it.
    func discardAnswer() throws(PostgresError) {
        do {
            while stream != nil, let row = unsafe try nextOfCopy("ROLLBACK") { unsafe PQfreemem(row.mutableStart) }
        } catch  where error.sqlState != nil {
            // The statement has ended with an error, which is an end as well.
        }
        try finish("ROLLBACK")
    }

    /// - Returns: the error to throw.
    func lost(_ query: String, _ reason: String) -> PostgresError {
        isLost = true
        return .connectionLost(query: query, target: target, message: reason)
    }

    /// Waits until more has come from the server, and reads it. PostgreSQL ends a long statement itself. But it cannot
    /// answer if it was halted, or the network loses its words, so the wait is bounded here as well.
    private func awaitInput(until deadline: ContinuousClock.Instant, _ query: String) throws(PostgresError) {
        let left = (deadline - .now) / .milliseconds(1)
        let socket = unsafe PQsocket(connection)
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        let ready = left > 0 ? unsafe poll(&descriptor, 1, Int32(min(left.rounded(.up), Self.oneWait))) : 0
        if ready == 0, left > Self.oneWait { return try giveUpIfCancelled(query) }
        if ready == 0 { throw lost(query, "no answer for \(patience / .seconds(1)) s, nor a refusal") }
        if ready < 0 && errno != EINTR { throw unsafe failure(nil, query) }
        let before = Self.waiting(on: socket)
        guard unsafe PQconsumeInput(connection) == 1 else { throw unsafe failure(nil, query) }
        arriving.add(before, after: Self.waiting(on: socket), ofStream: stream != nil)
        if arriving.isTooMuch {
            let what = stream == nil ? "answer" : "row"
            throw lost(query, "it sent more than \(arriving.most) bytes of one \(what), the most that is read")
        }
    }

    /// Returns how many bytes have come and were not read.
    private static func waiting(on socket: Int32) -> Int {
        var count: Int32 = 0
        return unsafe ioctl(socket, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// Gives up a server that does not even end a cancelled statement.
    private func giveUpIfCancelled(_ query: String) throws(PostgresError) {
        guard Task.isCancelled else {
            cancelledSince = nil
            return
        }
        let since = cancelledSince ?? .now
        cancelledSince = since
        if .now - since < .seconds(2) { return }
        throw lost(query, "no answer to its cancellation")
    }
}

/// Streams of rows; see ``CopyRows``.
extension ConnectionHandle {
    /// Begins to read the rows of a query that has one parameter.
    func beginCopy(_ query: Query, _ parameter: Parameter) throws {
        let statement = query.statement([try literal(parameter, query.rawValue)], try tableFacts())
        let sql = Array("COPY (".utf8) + statement + Array(") TO STDOUT BINARY".utf8)
        try Task.checkCancellation()
        // The server says whether a transaction is open, and is not trusted.
        guard isInTransaction else { throw lost(query.rawValue, "it says that no transaction is open") }
        sent = sql
        guard dispatch(sql, []) == 1 else { throw unsafe failure(nil, query.rawValue) }
        let deadline = ContinuousClock.now + patience
        let result = unsafe try nextResult(of: query.rawValue, until: deadline, isStream: true)
        defer { unsafe PQclear(result) }
        if unsafe PQresultStatus(result) == PGRES_COPY_OUT {
            stream = RowStream(deadline: deadline)
            arriving = ArrivingBytes(most: ArrivingBytes.ofRow)
            return
        }
        // Only after the last result is it known whether the connection has ended.
        try finish(query.rawValue)
        throw unsafe failure(result, query.rawValue)
    }

    /// Returns the next message of the stream, which the caller frees; `nil` at its end.
    func nextOfCopy(_ query: Query) throws(PostgresError) -> UnsafeRawBufferPointer? {
        try unsafe nextOfCopy(query.rawValue)
    }

    private func nextOfCopy(_ query: String) throws(PostgresError) -> UnsafeRawBufferPointer? {
        var buffer: UnsafeMutablePointer<CChar>?
        var deadline: ContinuousClock.Instant?
        while true {
            let length = unsafe PQgetCopyData(connection, &buffer, 1)
            switch length {
            case 1...:
                let row = unsafe UnsafeRawBufferPointer(start: buffer, count: Int(length))
                let isTooLate = stream?.takesTooLong() ?? false
                if length <= ArrivingBytes.ofRow, !isTooLate {
                    // Most rows have come before they are asked for; then nothing was counted.
                    if deadline != nil { arriving = ArrivingBytes(most: ArrivingBytes.ofRow) }
                    return unsafe row
                }
                unsafe PQfreemem(buffer)
                throw lost(
                    query,
                    isTooLate
                        ? "its rows did not end within \(patience / .seconds(1)) s"
                        : "it sent a row of \(length) bytes; \(ArrivingBytes.ofRow) are the most that is read")
            case 0:
                let end = deadline ?? .now + patience
                deadline = end
                try awaitInput(until: end, query)
            case -1:
                stream = nil
                let result = unsafe try rest(of: query)
                defer { unsafe PQclear(result) }
                guard unsafe PQresultStatus(result) == PGRES_COMMAND_OK else { throw unsafe failure(result, query) }
                return nil
            default: throw unsafe failure(nil, query)
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The pointer as C needs it to free the memory.
    fileprivate var mutableStart: UnsafeMutableRawPointer? { unsafe UnsafeMutableRawPointer(mutating: baseAddress) }
}
