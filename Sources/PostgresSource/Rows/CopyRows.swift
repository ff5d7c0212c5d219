import CLibPQ
import HoldModel

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The rows of one query as they come, in the binary format of `COPY`. There is one row at a time, read in place in
/// libpq's memory. It is used on the connection's thread only, and while rows are left the connection can do nothing
/// else.
///
/// Rows come by the hundred thousand. libpq's results would cost more for each of them, on both sides; a cursor would
/// need another plan, and another answer for each thousand.
@safe
final class CopyRows {
    let query: Query
    private let handle: ConnectionHandle
    // One thread uses a stream, and no access to `row` is within another. To check that for each of millions of values
    // would cost more than to read them.
    @exclusivity(unchecked) private var row: UnsafeRawBufferPointer?
    @exclusivity(unchecked) private var layout = CopyLayout()
    private var hasEnded = false

    /// Begins the stream; ``next()`` goes to the first row.
    init(_ query: Query, _ parameter: Parameter, on handle: ConnectionHandle) throws {
        self.query = query
        self.handle = handle
        try handle.beginCopy(query, parameter)
    }

    deinit {
        free()
    }

    /// Goes to the next row.
    ///
    /// - Returns: whether there is one.
    /// - Throws: ``PostgresError``.
    @discardableResult
    func next() throws(PostgresError) -> Bool {
        while !hasEnded {
            free()
            guard let message = unsafe try handle.nextOfCopy(query) else {
                hasEnded = true
                return false
            }
            unsafe row = message
            do throws(CopyLayout.Malformed) {
                if unsafe try layout.read(message) { return true }
            } catch {
                throw .unexpectedValue(query: query.rawValue, column: "any")
            }
        }
        return false
    }

    private func free() {
        unsafe PQfreemem(UnsafeMutableRawPointer(mutating: row?.baseAddress))
        unsafe row = nil
    }
}

/// Reads the values of the current row.
extension CopyRows {
    /// Returns the value as the server sent it; `nil` for NULL.
    func bytes(_ column: Int) -> [UInt8]? {
        unsafe value(column).map { unsafe Array($0) }
    }

    func isNull(_ column: Int) -> Bool {
        unsafe value(column) == nil
    }

    /// Appends the value to `bytes`.
    ///
    /// - Returns: where it is there; `nil` for NULL.
    func append(_ column: Int, to bytes: inout [UInt8]) -> SnapshotTable.Text? {
        guard let value = unsafe value(column) else { return nil }
        let start = bytes.count
        unsafe bytes.append(contentsOf: value)
        return SnapshotTable.Text(start..<bytes.count)
    }

    /// Whether the value is equal to a range of `bytes`; NULL is not.
    func isEqual(_ column: Int, to bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard let value = unsafe value(column), value.count == range.count else { return false }
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let one = value.baseAddress, let other = bytes.baseAddress else { return range.isEmpty }
            return unsafe memcmp(one, other + range.lowerBound, range.count) == 0
        }
    }

    /// Returns a hash of the value, with a key of this process; for NULL that of an empty value.
    func hash(_ column: Int) -> Int {
        var hasher = Hasher()
        if let value = unsafe value(column) { unsafe hasher.combine(bytes: value) }
        return hasher.finalize()
    }

    /// Returns the same hash for a known value.
    static func hash(_ bytes: [UInt8]) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes.span)
        return hasher.finalize()
    }

    /// Returns the status of an order; `nil` where the contract does not name it.
    func orderStatus(_ column: Int) -> OrderStatus? {
        guard let value = unsafe value(column) else { return nil }
        for (status, spelling) in Self.orderStatuses where unsafe value.elementsEqual(spelling) { return status }
        return nil
    }

    /// Returns a `bigint`; `nil` for NULL.
    func integer(_ column: Int) throws(PostgresError) -> Int64? {
        guard let value = unsafe value(column) else { return nil }
        guard value.count == 8 else { throw unexpected(column) }
        return unsafe CopyLayout.integer(value)
    }

    /// Returns a `boolean`, which must not be NULL.
    func flag(_ column: Int) throws(PostgresError) -> Bool {
        guard let value = unsafe value(column), value.count == 1 else { throw unexpected(column) }
        return unsafe value[0] != 0
    }

    /// A `timestamptz`; `nil` for NULL.
    ///
    func instant(_ column: Int) throws(PostgresError) -> SQLInstant? {
        try integer(column).map { SQLInstant(microsecondsSince2000: $0) }
    }

    func unexpected(_ column: Int) -> PostgresError {
        .unexpectedValue(query: query.rawValue, column: "number \(column + 1)")
    }

    /// Returns the bytes of a value, which are valid until the next row.
    private func value(_ column: Int) -> UnsafeRawBufferPointer? {
        guard let row = unsafe row, unsafe layout.fields.indices.contains(column),
            unsafe layout.fields[column].length >= 0
        else { return nil }
        let field = unsafe layout.fields[column]
        return unsafe UnsafeRawBufferPointer(rebasing: row[field.start..<field.start + field.length])
    }

    private static let orderStatuses = OrderStatus.allCases.map { ($0, Array($0.rawValue.utf8)) }
}
