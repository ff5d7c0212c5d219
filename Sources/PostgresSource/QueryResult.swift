import CLibPQ

/// The rows of one query in text format; owns the libpq result.
@safe
struct QueryResult: ~Copyable {
    private let result: OpaquePointer
    private let query: Query
    let rowCount: Int

    init(owning result: OpaquePointer, query: Query) {
        unsafe self.result = result
        self.query = query
        rowCount = Int(unsafe PQntuples(result))
    }

    deinit {
        unsafe PQclear(result)
    }

    /// The value as PostgreSQL prints it; `nil` for NULL.
    borrowing func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
        guard unsafe PQgetisnull(result, Int32(row), Int32(column)) == 0,
            let start = unsafe PQgetvalue(result, Int32(row), Int32(column))
        else { return nil }
        let length = Int(unsafe PQgetlength(result, Int32(row), Int32(column)))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: length))
    }

    borrowing func text(_ row: Int, _ column: Int) -> String? {
        bytes(row, column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// - Throws: ``PostgresError/unexpectedValue(query:column:)`` for NULL.
    borrowing func required(_ row: Int, _ column: Int) throws(PostgresError) -> [UInt8] {
        guard let value = bytes(row, column) else { throw unexpected(column) }
        return value
    }

    borrowing func unexpected(_ column: Int) -> PostgresError {
        let name = unsafe PQfname(result, Int32(column)).map { unsafe String(cString: $0) }
        return .unexpectedValue(query: query.rawValue, column: name ?? String(column))
    }
}
