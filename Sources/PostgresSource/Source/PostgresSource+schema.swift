/// What a role may read, and what it reads from.
extension PostgresSource {
    /// Asks whether the columns are of types that tell what the contract takes from them.
    ///
    /// - Throws: ``PostgresError/unusableColumn(column:type:content:)``.
    package func checkColumns() async throws {
        _ = try await query { handle in try handle.tableFacts() }
    }

    /// What the program reads that this role cannot, one line each; empty where all is well.
    package func schemaProblems() async throws -> [String] {
        try await query { handle in
            let result = try handle.run(.schemaCheck)
            return (0..<result.rowCount).map { row in
                "\(result.text(row, 0) ?? "").\(result.text(row, 1) ?? ""): \(result.text(row, 2) ?? "")"
            }
        }
    }

    /// Refuses a role that row-level security would hide rows from, before anything is judged.
    ///
    /// - Throws: ``PostgresError/rowsHidden(target:tables:)``.
    package func expectAllRows() async throws {
        try await query { handle in
            let hidden = try handle.hiddenRows()
            if !hidden.isEmpty { throw PostgresError.rowsHidden(target: handle.target, tables: hidden) }
        }
    }

    /// Server and transactions as `doctor` shows them.
    package func serverFacts() async throws -> PostgresFacts {
        try await query { handle in
            try handle.inSnapshot { clock in
                let result = try handle.run(.serverFacts)
                return PostgresFacts(
                    version: result.text(0, 0) ?? "", encoding: result.text(0, 1) ?? "",
                    database: result.text(0, 2) ?? "", role: result.text(0, 3) ?? "", isStandby: clock.isStandby,
                    isReadOnly: result.text(0, 4) == "on", usesTLS: handle.usesTLS, clock: clock)
            }
        }
    }
}
