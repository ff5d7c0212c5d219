import HoldModel

/// The rows of one cursor in event order, fetched some thousands at a time and handed on event by event.
final class RowStream {
    /// Rows in one answer: what a socket's buffers hold, so that the server need not wait for them to be read.
    private static let rowsAtOnce = 1000
    /// Column of the event's id in every query that is walked.
    private static let eventColumn = 0

    private let query: Query
    private var batch: FetchedRows?
    private var next = 0
    private var isAtEnd = false

    init(_ query: Query) {
        self.query = query
    }

    /// Hands on the rows of the next events. Which rows are theirs is told by the ids, not by their order: the server
    /// sorts by its own encoding's bytes, which may not be UTF-8.
    func take(
        _ events: Set<EventID>, from handle: ConnectionHandle,
        _ body: (borrowing QueryResult, Range<Int>) throws -> Void
    ) throws {
        while let batch = try current(handle) {
            let end = try firstRow(after: events, in: batch.rows)
            if next < end { try body(batch.rows, next..<end) }
            next = end
            if end < batch.rows.rowCount { return }
        }
    }

    /// The batch that has rows left; `nil` at the end.
    private func current(_ handle: ConnectionHandle) throws -> FetchedRows? {
        if let batch, next < batch.rows.rowCount { return batch }
        if isAtEnd { return nil }
        // The old rows go before the new ones come.
        batch = nil
        next = 0
        let fetched = try handle.fetch(query, rows: Self.rowsAtOnce)
        isAtEnd = fetched.rows.rowCount < Self.rowsAtOnce
        batch = fetched
        if !isAtEnd { try handle.fetchAhead(query, rows: Self.rowsAtOnce) }
        return fetched.rows.rowCount > 0 ? fetched : nil
    }

    private func firstRow(after events: Set<EventID>, in rows: borrowing QueryResult) throws -> Int {
        var (low, high) = (next, rows.rowCount)
        while low < high {
            let middle = (low + high) / 2
            let isTheirs = events.contains(EventID(try rows.required(middle, Self.eventColumn)))
            if isTheirs { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
