/// A PostgreSQL of a test's own: its folder, its Unix socket, nothing flushed to disk. It ends with the closure that
/// it lives in. Its superuser is `postgres`.
package struct PostgresServer: Sendable {
    package let folder: String
    /// The port on 127.0.0.1; 0 where the server listens on its socket only.
    package let port: Int
    /// Asked for over TCP, where the options gave one.
    package let password: String?
    package let pid: Int32

    let tools: PostgresTools

    /// What the server on the socket is called; no other server has the same folder.
    static let socketPort = 5432

    /// Runs `body` with a new, empty PostgreSQL that answers, and ends it afterwards.
    ///
    /// - Parameter isOneOfMany: whether this process starts others, so that it pays to make their data once.
    package static func withServer<T: Sendable>(
        _ options: PostgresServerOptions = PostgresServerOptions(), isOneOfMany: Bool = false,
        _ body: (PostgresServer) async throws -> T
    ) async throws -> T {
        let tools = try PostgresTools()
        return try await withTemporaryFolder("postgres") { folder in
            try tools.give(folder)
            let data = "\(folder)/data"
            if let password = options.password {
                try await withTemporaryFile(of: password + "\n", in: folder) { file in
                    _ = try await tools.initdb.run(options.initdbWords(data: data, passwordFile: file))
                }
            } else if isOneOfMany, options.initdbArguments.isEmpty {
                try await PostgresTemplate.copy(to: data, tools)
            } else {
                try await tools.initdb.run(options.initdbWords(data: data, passwordFile: nil))
            }
            return try await start(options, in: folder, tools: tools, body)
        }
    }

    /// Starts a server on the data that `folder` holds.
    static func start<T: Sendable>(
        _ options: PostgresServerOptions, in folder: String, tools: PostgresTools,
        _ body: (PostgresServer) async throws -> T
    ) async throws -> T {
        try await FreePort.retryingWhenTaken(isWanted: options.tcp) { port, isUp in
            func server(_ pid: Int32) -> PostgresServer {
                PostgresServer(folder: folder, port: port, password: options.password, pid: pid, tools: tools)
            }
            let process = ServerProcess(
                name: "postgres",
                words: tools.server.started(inside: options.clock?.words ?? []).words
                    + options.words(data: "\(folder)/data", folder: folder, port: port),
                logFile: "\(folder)/postgres.log", stop: .interrupt)
            return try await process.run(isReady: { try await server($0).answers() }) { pid in
                isUp = true
                return try await body(server(pid))
            }
        }
    }

    private func answers() async throws -> Bool {
        let words = ["--quiet", "--timeout=5", "--dbname", connectionString()]
        return try await tools.isReady.outcome(of: words).isSuccess
    }
}
