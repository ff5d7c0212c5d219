import CLibPQ
import ConnectionStrings
import HoldModel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One libpq connection, which it owns. Every call blocks, and all are made on one thread.
@safe
final class ConnectionHandle {
    let connection: OpaquePointer
    /// Host, port and database, for messages.
    let target: String
    let canceller: QueryCanceller?
    let opening: TransactionOpening
    /// The facts that this server was found to refuse.
    var refused: Set<Query> = []
    let mark: ServerMark
    /// The last message that was sent, for errors that name a position in it.
    var sent: [UInt8] = []
    /// How long an answer may take: the statement's own time, and some for the network.
    let patience: Duration
    /// Whether the server did not answer in time, or sent an answer that nothing asked for: nothing more may be sent to
    /// it.
    var isLost = false
    /// The bytes of the present answer so far; see ``ArrivingBytes``.
    var arriving = ArrivingBytes(most: ArrivingBytes.ofResult)
    /// The stream of rows that is being read.
    var stream: RowStream?
    /// When the running statement was cancelled.
    var cancelledSince: ContinuousClock.Instant?
    /// Facts that were asked of the server before; see ``tableFacts()`` and ``places(ofHoldable:)``.
    var facts: TableFacts?
    /// Likewise; see ``priceColumns()``.
    var prices: PriceColumns?
    var letters = ServerLetters()

    /// - Parameter mark: the mark of the source that it belongs to.
    init(_ settings: PostgresSettings, _ mark: ServerMark? = nil) throws(PostgresError) {
        let address: PostgresAddress
        do {
            address = try PostgresAddress(settings.connectionString)
        } catch {
            throw .unusableConnectionString(error)
        }
        let target = address.target
        try PostgresFiles.expectUsable(address)
        var connection = unsafe try Self.open(address, settings, encoding: "UTF8")
        // To such a server ids are bytes: it converts nothing, and refuses what is not in the client's encoding.
        if unsafe Self.serverEncoding(of: connection) == "SQL_ASCII" {
            unsafe PQfinish(connection)
            unsafe connection = try Self.open(address, settings, encoding: "SQL_ASCII")
        }
        // Notices are for people at a prompt; the program's stderr has its own log.
        _ = unsafe PQsetNoticeProcessor(connection, { _, _ in }, nil)
        unsafe self.connection = connection
        self.target = target
        self.mark = mark ?? ServerMark(needsPrimary: settings.needsPrimary)
        opening = TransactionOpening(
            statementTimeout: settings.statementTimeout, serverVersion: Int(unsafe PQserverVersion(connection)))
        patience = .seconds(settings.statementTimeout) + .seconds(5)
        canceller = unsafe QueryCanceller(connection)
    }

    deinit {
        unsafe PQfinish(connection)
    }

    /// Whether a transaction was begun and has not ended.
    var isInTransaction: Bool {
        switch unsafe PQtransactionStatus(connection) {
        case PQTRANS_INTRANS, PQTRANS_INERROR: true
        default: false
        }
    }

    /// Whether the connection uses TLS.
    var usesTLS: Bool { unsafe PQsslInUse(connection) == 1 }

    /// Whether the connection has ended. Between two transactions a server or a pooler may close an idle connection;
    /// since nothing is kept on it, a new one will do.
    var hasEnded: Bool {
        if isLost { return true }
        // The server's last words come before the end.
        for _ in 1...8 {
            var descriptor = pollfd(fd: unsafe PQsocket(connection), events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&descriptor, 1, 0) > 0 else { break }
            guard unsafe PQconsumeInput(connection) == 1 else { return true }
        }
        return unsafe PQstatus(connection) != CONNECTION_OK
    }

    /// The server's encoding by PostgreSQL's name; empty where a proxy does not tell.
    var serverEncoding: String { unsafe Self.serverEncoding(of: connection) }

    /// Runs a statement that returns no rows.
    func execute(_ statement: String) throws(PostgresError) {
        try send(Array(statement.utf8), as: statement)
        _ = try next(of: statement)
        try finish(statement)
    }

    /// Sends statements in one message. ``next(of:)`` reads their results, and ``finish(_:)`` the end.
    ///
    /// - Parameter name: the name of these statements in errors.
    func send(_ statements: [UInt8], as name: String) throws(PostgresError) {
        sent = statements
        arriving = ArrivingBytes(most: ArrivingBytes.ofResult)
        let statements = statements + [0]
        let wasSent = unsafe statements.withUnsafeBytes { bytes in
            unsafe PQsendQuery(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
        guard wasSent == 1 else { throw unsafe failure(nil, name) }
    }

    /// Returns the result of the next statement that was sent.
    ///
    /// - Throws: ``PostgresError``; then nothing is left of the answer.
    func next(of name: String) throws(PostgresError) -> QueryResult {
        let result = unsafe try nextResult(of: name, until: .now + patience)
        switch unsafe PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            if let result = unsafe result { return unsafe QueryResult(owning: result, of: name) }
        default: break
        }
        defer { unsafe PQclear(result) }
        // Only after the last result is it known whether the connection has ended.
        try finish(name)
        throw unsafe failure(result, name)
    }

    /// Reads the rest of the answer to a message.
    func finish(_ name: String) throws(PostgresError) {
        unsafe PQclear(try rest(of: name))
    }

    /// Leaves a transaction that failed. The first failure is the one to report. If this fails as well, the connection
    /// has ended, and the next statement gets a new one.
    func rollback() {
        if isLost { return }
        do {
            try discardAnswer()
            try send(Array("ROLLBACK".utf8), as: "ROLLBACK")
            try finish("ROLLBACK")
        } catch {
            isLost = true
        }
    }

    /// Runs one of the program's queries in the open transaction, with its parameters in text format.
    func runWithin(_ query: Query, _ parameters: [Parameter]) throws -> QueryResult {
        let sql = query.castsColumns ? try tableFacts().guarding(query.sql) : query.sql
        sent = sql
        guard dispatch(sql, parameters) == 1 else { throw unsafe failure(nil, query.rawValue) }
        let result = unsafe try rest(of: query.rawValue)
        guard let result = unsafe result, unsafe PQresultStatus(result) == PGRES_TUPLES_OK else {
            defer { unsafe PQclear(result) }
            throw unsafe failure(result, query.rawValue)
        }
        return unsafe QueryResult(owning: result, of: query.rawValue)
    }

    /// Returns a parameter as SQL.
    func literal(_ parameter: Parameter, _ name: String) throws(PostgresError) -> [UInt8] {
        guard let bytes = parameter.bytes else { return Array("NULL".utf8) }
        let quoted = unsafe bytes.withUnsafeBytes { bytes in
            unsafe PQescapeLiteral(
                connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard let quoted = unsafe quoted else { throw unsafe failure(nil, name) }
        defer { unsafe PQfreemem(quoted) }
        return unsafe Array(UnsafeRawBufferPointer(start: quoted, count: strlen(quoted)))
    }

    /// - Returns: 1 where it was sent.
    func dispatch(_ sql: [UInt8], _ parameters: [Parameter]) -> Int32 {
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
        arriving = ArrivingBytes(most: ArrivingBytes.ofResult)
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
                    values, nil, nil, 0)
            }
        }
    }

    func failure(_ result: OpaquePointer?, _ query: String) -> PostgresError {
        guard unsafe PQstatus(connection) == CONNECTION_OK, let result = unsafe result,
            let state = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C")))
        else {
            return unsafe .connectionLost(query: query, target: target, message: Self.message(connection))
        }
        let primary = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "M")))
        return unsafe .queryFailed(
            query: query, target: target, state: String(cString: state),
            message: (primary.map { unsafe String(cString: $0) } ?? "no message") + place(in: result))
    }

    /// Returns the part of the statement that PostgreSQL's error points at, if any: a column, and the type of its cast.
    private func place(in result: OpaquePointer) -> String {
        guard let text = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "P"))),
            let position = Int(unsafe String(cString: text))
        else { return "" }
        let statement = Array(String(decoding: sent, as: UTF8.self))
        func isOfName(_ character: Character) -> Bool {
            character.isLetter || character.isNumber || "_.:".contains(character)
        }
        guard statement.indices.contains(position - 1), isOfName(statement[position - 1]) else { return "" }
        let start = statement[..<(position - 1)].lastIndex { !isOfName($0) }.map { $0 + 1 } ?? 0
        let end = statement[position...].firstIndex { !isOfName($0) } ?? statement.endIndex
        return " at \(String(statement[start..<end]))"
    }
}
