/// A PgBouncer in front of a PostgreSQL, which lends each of its clients a server's connection for one transaction. It ends
/// with the closure that it lives in. Whoever connects is `postgres` there, so that all of its clients share one pool.
package struct PgBouncerServer: Sendable {
    package let folder: String
    /// Connections to the server at the most.
    package let poolSize: Int

    private let tools: PostgresTools

    private static let port = 6432

    /// Runs `body` with a new PgBouncer that answers, and ends it afterwards.
    package static func withServer<T: Sendable>(
        to postgres: PostgresServer, poolSize: Int = 3, _ body: (PgBouncerServer) async throws -> T
    ) async throws -> T {
        let tools = try PostgresTools()
        return try await withTemporaryFolder("pgbouncer") { folder in
            try tools.give(folder)
            let server = PgBouncerServer(folder: folder, poolSize: poolSize, tools: tools)
            return try await withTemporaryFile(of: server.configuration(for: postgres), in: folder) { file in
                try tools.give(file)
                let program = try tools.asServer("pgbouncer", installedBy: "pgbouncer", endedBy: .terminate)
                let process = ServerProcess(
                    name: "pgbouncer", words: program.words + ["-q", file], logFile: "\(folder)/pgbouncer.log",
                    stop: .terminate)
                return try await process.run(isReady: { _ in try await server.answers() }) { _ in
                    try await body(server)
                }
            }
        }
    }

    /// Where clients connect.
    package func connectionString(database: String) -> String {
        "host='\(folder)' port='\(Self.port)' dbname='\(database)' user='postgres'"
    }

    /// Runs SQL as a client of the pool; see ``PostgresServer/psql(database:user:sql:)``.
    @discardableResult
    package func psql(database: String, sql: String) async throws -> String {
        try await withTemporaryFile(of: sql, in: folder) { file in
            try await tools.psql.run(
                ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", connectionString(database: database)],
                inputFile: file, environment: ["PGCLIENTENCODING": "UTF8", "PGOPTIONS": nil])
        }
    }

    private func answers() async throws -> Bool {
        let words = ["--quiet", "--timeout=5", "--dbname", connectionString(database: "postgres")]
        return try await tools.isReady.outcome(of: words).isSuccess
    }

    /// The connections of the pool are used by turns, so that a few transactions see all of them.
    private func configuration(for postgres: PostgresServer) -> String {
        """
        [databases]
        * = host=\(postgres.folder) port=\(PostgresServer.socketPort) user=postgres
        [pgbouncer]
        listen_port = \(Self.port)
        unix_socket_dir = \(folder)
        auth_type = any
        pool_mode = transaction
        default_pool_size = \(poolSize)
        server_round_robin = 1

        """
    }
}
