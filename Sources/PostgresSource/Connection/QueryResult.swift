import CLibPQ

/// The rows of one query; owns the libpq result.
@safe
struct QueryResult: ~Copyable {
    private let result: OpaquePointer
    /// The name of the query, for errors.
    private let name: String
    let rowCount: Int

    init(owning result: OpaquePointer, of name: String) {
        unsafe self.result = result
        self.name = name
        rowCount = Int(unsafe PQntuples(result))
    }

    deinit {
        unsafe PQclear(result)
    }

    /// Returns the value as text; `nil` for NULL.
    borrowing func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
        unsafe value(row, column).map { unsafe Array($0) }
    }

    borrowing func text(_ row: Int, _ column: Int) -> String? {
        unsafe value(row, column).map { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Returns a value that must not be NULL.
    ///
    /// - Throws: ``PostgresError/unexpectedValue(query:column:)`` for NULL.
    borrowing func required(_ row: Int, _ column: Int) throws(PostgresError) -> [UInt8] {
        guard let value = bytes(row, column) else { throw unexpected(column) }
        return value
    }

    borrowing func unexpected(_ column: Int) -> PostgresError {
        let title = unsafe PQfname(result, Int32(column)).map { unsafe String(cString: $0) }
        return .unexpectedValue(query: name, column: title ?? String(column))
    }

    /// Returns the bytes of a value, which are valid as long as the result.
    private borrowing func value(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        let length = Int(unsafe PQgetlength(result, Int32(row), Int32(column)))
        if length == 0, unsafe PQgetisnull(result, Int32(row), Int32(column)) == 1 { return nil }
        guard let start = unsafe PQgetvalue(result, Int32(row), Int32(column)) else { return nil }
        return unsafe UnsafeRawBufferPointer(start: start, count: length)
    }
}
