import HoldModel

/// What columns and keys of the tables say about their rows: which values must be checked, and what the database
/// guarantees.
///
/// A few platforms keep seats as `numeric` or instants as text, or show tables through views. Only these pay for the
/// checks; a connection asks for the facts once.
struct TableFacts: Sendable {
    /// Columns in which a cast might fail on a single value, which would end the run.
    private let guarded: [GuardedColumn]
    /// Whether no two rows of `events` can have one id.
    let eventsComeOnce: Bool
    /// Whether no two rows of `orders` can have one id.
    let ordersComeOnce: Bool

    /// - Parameter result: the result of ``Query/tableFacts``.
    /// - Throws: ``PostgresError/unusableColumn(column:type:content:)`` for the first such column.
    init(_ result: borrowing QueryResult) throws(PostgresError) {
        var guarded: [GuardedColumn] = []
        var once: Set<String> = []
        for row in 0..<result.rowCount {
            let (table, column) = (result.text(row, 0) ?? "", result.text(row, 1) ?? "")
            switch result.text(row, 3) {
            case "once": once.insert(table)
            case "guarded": guarded.append(GuardedColumn(table: table, column: column))
            case "unusable":
                throw .unusableColumn(
                    column: "\(table).\(column)", type: result.text(row, 2) ?? "unknown",
                    content: result.text(row, 4) == "seats" ? "number of seats" : "instant")
            default: continue
            }
        }
        self.guarded = guarded
        eventsComeOnce = once.contains("events")
        ordersComeOnce = once.contains("orders")
    }

    /// Returns the statement with casts that cannot fail on any value.
    func guarding(_ statement: [UInt8]) -> [UInt8] {
        if guarded.isEmpty { return statement }
        var text = statement
        for column in guarded { text = column.guarding(text) }
        return text
    }
}

extension ConnectionHandle {
    /// Returns the facts, which are asked once for each connection.
    func tableFacts() throws -> TableFacts {
        if let facts { return facts }
        let found = try TableFacts(run(.tableFacts))
        facts = found
        return found
    }
}
