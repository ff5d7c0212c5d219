import HoldModel

/// Checks what the role may read, and the types of columns.
extension PostgresSource {
    /// Checks that the columns have types that the contract allows.
    ///
    /// - Throws: ``PostgresError/unusableColumn(column:type:content:)``.
    package func checkColumns() async throws {
        _ = try await query { handle in try handle.tableFacts() }
    }

    /// Returns a line for each thing that the program reads and this role cannot; empty where all is well.
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

    /// Reads what tells this database from others.
    ///
    /// - Throws: ``PostgresError``.
    package func databaseIdentity() async throws -> DatabaseIdentity {
        try await query { handle in
            try handle.inSnapshot { _ in
                let result = try handle.run(.databaseIdentity)
                guard let oid = decimalInteger(try result.required(0, 1)) else { throw result.unexpected(1) }
                let system =
                    result.text(0, 2) == "t" ? try handle.run(.systemIdentifier).text(0, 0) : nil
                return DatabaseIdentity(database: result.text(0, 0) ?? "", oid: oid, system: system)
            }
        }
    }

    /// Reads the facts about the server and its transactions for `doctor`.
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
