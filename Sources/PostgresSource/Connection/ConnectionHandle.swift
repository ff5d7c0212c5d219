import CLibPQ
import ConnectionStrings
import HoldModel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One libpq connection; owns it, and speaks to it. Used on one thread only: every call blocks.
@safe
final class ConnectionHandle {
    let connection: OpaquePointer
    /// Host, port and database, for messages.
    let target: String
    let canceller: QueryCanceller?
    let opening: TransactionOpening
    /// What this server was found to refuse to tell.
    var refused: Set<Query> = []
    let mark: ServerMark
    /// What was sent last, for errors that name a place in it.
    var sent: [UInt8] = []
    /// How long an answer may take: the statement's own time and some for the way.
    let patience: Duration
    /// It did not answer in time, or answered what nothing had asked for: nothing more may be asked of it.
    var isLost = false
    /// What has come of the answer that is waited for; see ``ArrivingBytes``.
    var arriving = ArrivingBytes(most: ArrivingBytes.ofResult)
    /// The stream of rows that is being read.
    var stream: RowStream?
    /// Since when a cancelled statement is waited for.
    var cancelledSince: ContinuousClock.Instant?
    /// What was asked of the server so far; see ``tableFacts()`` and ``places(ofHoldable:)``.
    var facts: TableFacts?
    var letters = ServerLetters()

    /// - Parameter mark: of the source that it is one connection of.
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
        // Such a server converts nothing, and refuses what is not of the client's encoding: ids are bytes to it.
        if unsafe Self.serverEncoding(of: connection) == "SQL_ASCII" {
            unsafe PQfinish(connection)
            unsafe connection = try Self.open(address, settings, encoding: "SQL_ASCII")
        }
        // Notices are for people at a prompt; the program's stderr carries its own logs.
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

    /// Whether what is said to the server goes over TLS.
    var usesTLS: Bool { unsafe PQsslInUse(connection) == 1 }

    /// Whether the connection is of no use any more. Between two transactions a server or a pooler may close one that rests, and
    /// since nothing is kept on it, another does as well.
    var hasEnded: Bool {
        if isLost { return true }
        // Last words come first.
        for _ in 1...8 {
            var descriptor = pollfd(fd: unsafe PQsocket(connection), events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&descriptor, 1, 0) > 0 else { break }
            guard unsafe PQconsumeInput(connection) == 1 else { return true }
        }
        return unsafe PQstatus(connection) != CONNECTION_OK
    }

    /// By PostgreSQL's name; empty where a proxy does not tell.
    var serverEncoding: String { unsafe Self.serverEncoding(of: connection) }

    /// Runs a statement that answers no rows.
    func execute(_ statement: String) throws(PostgresError) {
        try send(Array(statement.utf8), as: statement)
        _ = try next(of: statement)
        try finish(statement)
    }

    /// Sends statements in one message; their results are taken by ``next(of:)``, and the end by ``finish(_:)``.
    ///
    /// - Parameter name: what errors call them.
    func send(_ statements: [UInt8], as name: String) throws(PostgresError) {
        sent = statements
        arriving = ArrivingBytes(most: ArrivingBytes.ofResult)
        let statements = statements + [0]
        let wasSent = unsafe statements.withUnsafeBytes { bytes in
            unsafe PQsendQuery(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
        guard wasSent == 1 else { throw unsafe failure(nil, name) }
    }

    /// The result of the next statement of those that were sent.
    ///
    /// - Throws: ``PostgresError``; then there is nothing left of the message.
    func next(of name: String) throws(PostgresError) -> QueryResult {
        let result = unsafe try nextResult(of: name, until: .now + patience)
        switch unsafe PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            if let result = unsafe result { return unsafe QueryResult(owning: result, of: name) }
        default: break
        }
        defer { unsafe PQclear(result) }
        // Whether the connection has ended is known behind the last of them.
        try finish(name)
        throw unsafe failure(result, name)
    }

    /// Takes what is left of the answer to a message.
    func finish(_ name: String) throws(PostgresError) {
        unsafe PQclear(try rest(of: name))
    }

    /// Leaves a transaction that failed. The failure that led here is the one to report: where this one fails as well,
    /// the connection is of no use any more, and the next statement has another one.
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

    /// Runs one of the program's queries in the transaction that is open, with its parameters in text format.
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

    /// A parameter as SQL.
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

    /// What of the statement PostgreSQL points at, where it does: a column, and what it is cast to.
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
