import CLibPQ
import HoldModel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One libpq connection; owns it, and speaks to it. Used on one thread only: every call blocks.
@safe
final class ConnectionHandle {
    private let connection: OpaquePointer
    /// Host, port and database, for messages.
    let target: String
    let canceller: QueryCanceller?
    /// How long an answer may take: the statement's own time and some for the way.
    private let patience: Duration
    /// It did not answer in time: nothing more may be asked of it.
    private var isSilent = false
    /// The cursor whose next rows were asked for ahead, and are on their way.
    private var ahead: Query?
    /// Rows that came ahead, and were not taken yet.
    private var arrived: [Query: FetchedRows] = [:]

    init(_ settings: PostgresSettings) throws(PostgresError) {
        let target = try Self.target(of: settings.connectionString)
        // Later keywords win, and the connection string stands for the keywords it holds: defaults before it, and
        // after it what the program relies on.
        let keywords: [(String, String)] = [
            ("connect_timeout", String(settings.connectTimeout)),
            ("fallback_application_name", "hold-reconciler"),
            ("dbname", settings.connectionString),
            ("client_encoding", "UTF8"),
        ]
        guard let connection = unsafe Self.connect(keywords) else {
            throw PostgresError.cannotConnect(target: target, reason: "out of memory")
        }
        guard unsafe PQstatus(connection) == CONNECTION_OK else {
            let reason = unsafe Self.message(connection)
            unsafe PQfinish(connection)
            throw PostgresError.cannotConnect(target: target, reason: reason)
        }
        // Notices are for people at a prompt; the program's stderr carries its own logs.
        _ = unsafe PQsetNoticeProcessor(connection, { _, _ in }, nil)
        unsafe self.connection = connection
        self.target = target
        patience = .seconds(settings.statementTimeout) + .seconds(5)
        canceller = unsafe QueryCanceller(connection)
    }

    deinit {
        unsafe PQfinish(connection)
    }

    /// Runs a statement that answers no rows.
    func execute(_ statement: String) throws(PostgresError) {
        try takeWhatWasAskedAhead()
        let sent = unsafe PQsendQuery(connection, statement)
        let result = unsafe try answer(sent, to: statement)
        defer { unsafe PQclear(result) }
        guard unsafe PQresultStatus(result) == PGRES_COMMAND_OK else {
            throw unsafe failure(result, statement)
        }
    }

    /// Begins a `REPEATABLE READ, READ ONLY` transaction.
    ///
    /// - Returns: the instant and the WAL position of its snapshot.
    func beginSnapshot() throws -> SnapshotClock {
        try execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        let clock = try run(.snapshotClock)
        guard let now = decimalInteger(try clock.required(0, 0)) else { throw clock.unexpected(0) }
        return SnapshotClock(time: Timestamp(milliseconds: now), lsn: clock.text(0, 1))
    }

    /// Leaves a transaction that failed. The failure that led here is the one to report: where this one fails as well,
    /// the connection is gone, and the next statement says so.
    func rollback() {
        if isSilent { return }
        // libpq itself throws away what was not read.
        ahead = nil
        arrived = [:]
        unsafe PQclear(PQexec(connection, "ROLLBACK"))
    }

    /// Runs one of the program's queries, with its parameters in text format.
    ///
    /// - Throws: ``PostgresError``; ``CancellationError`` where the task was cancelled since the statement before.
    func run(_ query: Query, _ parameters: [Parameter] = []) throws -> QueryResult {
        let result = unsafe try send(query.sql, parameters, isBinary: query.isBinary, for: query)
        guard let result = unsafe result, unsafe PQresultStatus(result) == PGRES_TUPLES_OK else {
            defer { unsafe PQclear(result) }
            throw unsafe failure(result, query.rawValue)
        }
        return unsafe QueryResult(owning: result, query: query)
    }

    /// Opens a cursor over one of the program's queries, in the transaction that is open.
    func declareCursor(_ query: Query, _ parameters: [Parameter]) throws {
        let sql = Array("DECLARE \"\(query.rawValue)\" NO SCROLL CURSOR FOR\n".utf8) + query.sql
        let result = unsafe try send(sql, parameters, isBinary: false, for: query)
        defer { unsafe PQclear(result) }
        guard unsafe PQresultStatus(result) == PGRES_COMMAND_OK else { throw unsafe failure(result, query.rawValue) }
    }

    /// The next rows of a cursor; fewer than asked for at its end only.
    func fetch(_ query: Query, rows: Int) throws -> FetchedRows {
        try takeWhatWasAskedAhead()
        if let rows = arrived.removeValue(forKey: query) { return rows }
        try Task.checkCancellation()
        let sent = dispatch(Self.fetching(query, rows), [], isBinary: query.isBinary)
        return try unsafe fetched(answer(sent, to: query.rawValue), query)
    }

    /// Asks for the next rows of a cursor and does not wait: the server works while those before are read here.
    ///
    /// - Parameter rows: as few as a socket's buffers take, since nobody empties them meanwhile.
    func fetchAhead(_ query: Query, rows: Int) throws {
        try takeWhatWasAskedAhead()
        let sent = dispatch(Self.fetching(query, rows), [], isBinary: query.isBinary)
        guard sent == 1 else { throw unsafe failure(nil, query.rawValue) }
        ahead = query
    }

    /// Ends the transaction, and with it all cursors.
    func commit() throws(PostgresError) {
        if let query = ahead {
            // Whether those rows could be read does not matter any more.
            ahead = nil
            unsafe PQclear(try answer(1, to: query.rawValue))
        }
        arrived = [:]
        try execute("COMMIT")
    }

    /// One statement at a time is on its way, so the answer to that one comes first.
    private func takeWhatWasAskedAhead() throws(PostgresError) {
        guard let query = ahead else { return }
        ahead = nil
        arrived[query] = try unsafe fetched(answer(1, to: query.rawValue), query)
    }

    private static func fetching(_ query: Query, _ rows: Int) -> [UInt8] {
        Array("FETCH FORWARD \(rows) FROM \"\(query.rawValue)\"".utf8)
    }

    private func fetched(_ result: OpaquePointer?, _ query: Query) throws(PostgresError) -> FetchedRows {
        guard let result = unsafe result, unsafe PQresultStatus(result) == PGRES_TUPLES_OK else {
            defer { unsafe PQclear(result) }
            throw unsafe failure(result, query.rawValue)
        }
        return unsafe FetchedRows(QueryResult(owning: result, query: query))
    }

    private func send(
        _ sql: [UInt8], _ parameters: [Parameter], isBinary: Bool, for query: Query
    ) throws -> OpaquePointer? {
        try Task.checkCancellation()
        try takeWhatWasAskedAhead()
        return unsafe try answer(dispatch(sql, parameters, isBinary: isBinary), to: query.rawValue)
    }

    /// - Returns: 1 where it was sent.
    private func dispatch(_ sql: [UInt8], _ parameters: [Parameter], isBinary: Bool) -> Int32 {
        var storage: [UInt8] = []
        var offsets: [Int?] = []
        for parameter in parameters {
            guard let bytes = parameter.bytes else {
                offsets.append(nil)
                continue
            }
            offsets.append(storage.count)
            storage.append(contentsOf: bytes)
            storage.append(0)
        }
        let sql = sql + [0]
        return unsafe storage.withUnsafeBytes { storage in
            let values = unsafe offsets.map { offset in
                unsafe offset.flatMap {
                    unsafe storage.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self)
                }
            }
            return unsafe sql.withUnsafeBytes { sql in
                unsafe PQsendQueryParams(
                    connection, sql.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(parameters.count), nil,
                    values, nil, nil, isBinary ? 1 : 0)
            }
        }
    }

    /// Waits for the answer to what was sent. PostgreSQL ends a long statement itself; what it cannot do is answer when
    /// it was stopped or the network swallows its words, so the wait is bounded here as well.
    ///
    /// - Returns: the last result, which the caller frees.
    private func answer(_ sent: Int32, to query: String) throws(PostgresError) -> OpaquePointer? {
        guard sent == 1 else { throw unsafe failure(nil, query) }
        let deadline = ContinuousClock.now + patience
        while unsafe PQisBusy(connection) == 1 {
            let left = (deadline - .now) / .milliseconds(1)
            var descriptor = pollfd(fd: unsafe PQsocket(connection), events: Int16(POLLIN), revents: 0)
            let ready = left > 0 ? unsafe poll(&descriptor, 1, Int32(left.rounded(.up))) : 0
            if ready == 0 {
                isSilent = true
                throw .connectionLost(
                    query: query, target: target, message: "no answer for \(patience / .seconds(1)) s, nor a refusal")
            }
            if ready < 0 && errno != EINTR { throw unsafe failure(nil, query) }
            guard unsafe PQconsumeInput(connection) == 1 else { throw unsafe failure(nil, query) }
        }
        var last: OpaquePointer?
        while let next = unsafe PQgetResult(connection) {
            unsafe PQclear(last)
            unsafe last = next
        }
        return unsafe last
    }

    private func failure(_ result: OpaquePointer?, _ query: String) -> PostgresError {
        guard unsafe PQstatus(connection) == CONNECTION_OK, let result = unsafe result,
            let state = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C")))
        else {
            return unsafe .connectionLost(query: query, target: target, message: Self.message(connection))
        }
        let primary = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "M")))
        return unsafe .queryFailed(
            query: query, target: target, state: String(cString: state),
            message: primary.map { unsafe String(cString: $0) } ?? "no message")
    }
}
