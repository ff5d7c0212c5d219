import HoldModel

/// What the tables' own columns and keys say about their rows: what must be checked of each, and what the database has checked.
///
/// Platforms keep seats as `numeric` and instants as text, and show tables through views. Nearly none does, so nearly none
/// pays for it: a session asks once.
struct TableFacts: Sendable {
    /// Columns in which a cast might fail on a single value, which would end the run.
    private let guarded: [GuardedColumn]
    /// Whether no two rows of `events` can have one id.
    let eventsComeOnce: Bool
    /// The same of `orders`.
    let ordersComeOnce: Bool

    /// - Parameter result: of ``Query/tableFacts``.
    /// - Throws: ``PostgresError/unusableColumn(column:type:content:)``, the first there is.
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

    /// A statement whose casts fail on no value.
    func guarding(_ statement: [UInt8]) -> [UInt8] {
        if guarded.isEmpty { return statement }
        var text = statement
        for column in guarded { text = column.guarding(text) }
        return text
    }
}

extension ConnectionHandle {
    /// Asked once for each connection.
    func tableFacts() throws -> TableFacts {
        if let facts { return facts }
        let found = try TableFacts(run(.tableFacts))
        facts = found
        return found
    }
}
