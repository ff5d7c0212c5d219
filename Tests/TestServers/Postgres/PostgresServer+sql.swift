extension PostgresServer {
    /// Where clients connect over the Unix socket, in libpq's keyword syntax.
    package func connectionString(database: String = "postgres", user: String = "postgres") -> String {
        let socket = port == 0 ? PostgresServer.socketPort : port
        return Self.keywords([
            ("host", folder), ("port", String(socket)), ("dbname", database), ("user", user),
        ])
    }

    /// Where clients connect over TCP; without the password unless it is given.
    package func tcpConnectionString(
        database: String = "postgres", user: String = "postgres", password: String? = nil
    ) -> String {
        Self.keywords(
            [("host", "127.0.0.1"), ("port", String(port)), ("dbname", database), ("user", user)]
                + (password.map { [("password", $0)] } ?? []))
    }

    /// Runs SQL as `psql` does and returns its rows unaligned: `|` between columns, a newline between rows.
    ///
    /// Any text will do, however long: it goes through standard input. The first error ends it.
    ///
    /// - Throws: ``TestServerError/toolFailed(tool:status:message:)`` with the server's words.
    @discardableResult
    package func psql(database: String = "postgres", user: String = "postgres", sql: String) async throws -> String {
        let words = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d"]
        return try await withTemporaryFile(of: sql, in: folder) { file in
            try await tools.psql.run(
                words + [connectionString(database: database, user: user)], inputFile: file,
                environment: ["PGCLIENTENCODING": "UTF8", "PGOPTIONS": nil])
        }
    }

    /// Creates a database and runs SQL in it.
    package func createDatabase(named name: String, sql: String) async throws {
        let identifier = Self.identifier(name)
        try await psql(sql: "CREATE DATABASE \(identifier);\n\\connect \(identifier)\n\(sql)")
    }

    private static func identifier(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }

    private static func keywords(_ pairs: [(String, String)]) -> String {
        pairs.map { keyword, value in
            "\(keyword)='" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
        }.joined(separator: " ")
    }
}
