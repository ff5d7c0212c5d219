/// A Redis of a test's own: its folder, its Unix socket, no persistence. It ends with the closure that it lives in.
package struct RedisServer: Sendable {
    package let folder: String
    package let socketPath: String
    /// The port on 127.0.0.1, with or without TLS; 0 where the server listens on its socket only.
    package let port: Int
    /// The certificate authority that clients must trust, where the server speaks TLS.
    package let caFile: String?
    package let password: String?
    package let pid: Int32

    let cli: Tool

    /// Where clients connect: `unix://` without a port, else `redis://127.0.0.1:…` or `rediss://localhost:…`. It never
    /// carries a password.
    package var url: String {
        port == 0 ? "unix://\(socketPath)" : url(host: caFile == nil ? "127.0.0.1" : "localhost")
    }

    /// The same over TCP by another name of the host; the certificate is good for `localhost` and `127.0.0.1`.
    package func url(host: String) -> String {
        "\(caFile == nil ? "redis" : "rediss")://\(host):\(port)"
    }

    /// Runs `body` with a new Redis that answers, and ends it afterwards.
    package static func withServer<T: Sendable>(
        _ options: RedisServerOptions = RedisServerOptions(), _ body: (RedisServer) async throws -> T
    ) async throws -> T {
        let program = try Tool("redis-server", installedBy: "redis-server")
        let cli = try Tool("redis-cli", installedBy: "redis-tools")
        return try await withTemporaryFolder("redis") { folder in
            let certificates = options.tls ? try await Certificates(in: folder) : nil
            return try await FreePort.retryingWhenTaken(isWanted: options.tcp || options.tls) { port, isUp in
                let socketPath = "\(folder)/redis.sock"
                func server(_ pid: Int32) -> RedisServer {
                    RedisServer(
                        folder: folder, socketPath: socketPath, port: port, caFile: certificates?.authority,
                        password: options.password, pid: pid, cli: cli)
                }
                let words = try options.words(
                    port: port, socketPath: socketPath, folder: folder, certificates: certificates)
                let process = ServerProcess(
                    name: "redis-server",
                    words: StopSignal.terminate.alsoWithoutParent() + (options.clock?.words ?? []) + program.words
                        + words,
                    logFile: "\(folder)/redis.log", stop: .terminate)
                return try await process.run(isReady: { try await server($0).isReady(for: options) }) { pid in
                    isUp = true
                    for user in options.aclUsers {
                        try await server(pid).command(["ACL", "SETUSER"] + user.split(separator: " ").map(String.init))
                    }
                    return try await body(server(pid))
                }
            }
        }
    }

    /// Whether it answers, and where it is a replica, whether it has its copy.
    private func isReady(for options: RedisServerOptions) async throws -> Bool {
        guard try await answers() else { return false }
        guard options.replicaOf != nil else { return true }
        return try await command("INFO", "replication").contains("master_link_status:up")
    }

    func answers() async throws -> Bool {
        try await outcome(of: ["PING"]).output == "PONG"
    }

    func wordsForReplica() throws -> [String] {
        guard port != 0, caFile == nil else {
            throw TestServerError.options("a replica needs a primary with a plain TCP port")
        }
        return ["--replicaof", "127.0.0.1", String(port)] + (password.map { ["--masterauth", $0] } ?? [])
    }
}
