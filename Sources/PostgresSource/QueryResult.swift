import CLibPQ
import HoldModel

/// The rows of one query; owns the libpq result.
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

    /// The value as the server sent it; text is the same in both formats. `nil` for NULL.
    borrowing func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
        unsafe value(row, column).map { unsafe Array($0) }
    }

    borrowing func text(_ row: Int, _ column: Int) -> String? {
        unsafe value(row, column).map { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// - Throws: ``PostgresError/unexpectedValue(query:column:)`` for NULL.
    borrowing func required(_ row: Int, _ column: Int) throws(PostgresError) -> [UInt8] {
        guard let value = bytes(row, column) else { throw unexpected(column) }
        return value
    }

    /// The value, as `known` where it is the same bytes: rows repeat their ids, and a copy for each row costs more than
    /// the comparison.
    borrowing func identifier<Entity>(
        _ row: Int, _ column: Int, known: Identifier<Entity>?
    ) throws(PostgresError) -> Identifier<Entity> {
        guard let value = unsafe value(row, column) else { throw unexpected(column) }
        if let known, unsafe known.bytes.elementsEqual(value) { return known }
        return Identifier(unsafe Array(value))
    }

    /// A `smallint`, `integer` or `bigint`, in either format; `nil` for NULL.
    ///
    /// - Throws: ``PostgresError/unexpectedValue(query:column:)`` for a column of another type.
    borrowing func integer(_ row: Int, _ column: Int) throws(PostgresError) -> Int64? {
        guard let value = unsafe value(row, column) else { return nil }
        guard query.isBinary else { return decimalInteger(unsafe Array(value)) }
        guard Self.integerTypes.contains(unsafe PQftype(result, Int32(column))) else { throw unexpected(column) }
        return unsafe Self.integer(value)
    }

    /// A `timestamptz` in binary format; `nil` for NULL.
    ///
    /// - Returns: `infinity` and `-infinity` as an instant that is not finite.
    borrowing func instant(_ row: Int, _ column: Int) -> SQLInstant? {
        guard let value = unsafe value(row, column) else { return nil }
        return SQLInstant(microsecondsSince2000: unsafe Self.integer(value))
    }

    borrowing func unexpected(_ column: Int) -> PostgresError {
        let name = unsafe PQfname(result, Int32(column)).map { unsafe String(cString: $0) }
        return .unexpectedValue(query: query.rawValue, column: name ?? String(column))
    }

    /// Valid while the result is.
    private borrowing func value(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        let length = Int(unsafe PQgetlength(result, Int32(row), Int32(column)))
        if length == 0, unsafe PQgetisnull(result, Int32(row), Int32(column)) == 1 { return nil }
        guard let start = unsafe PQgetvalue(result, Int32(row), Int32(column)) else { return nil }
        return unsafe UnsafeRawBufferPointer(start: start, count: length)
    }

    /// `bigint`, `smallint`, `integer`: their fixed object ids in PostgreSQL's catalogue.
    private static let integerTypes: [Oid] = [20, 21, 23]

    /// Network byte order, as long as the type is.
    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        var number: Int64 = (unsafe bytes.first.map { $0 & 0x80 != 0 } ?? false) ? -1 : 0
        for n in 0..<bytes.count { number = number << 8 | Int64(unsafe bytes[n]) }
        return number
    }
}
