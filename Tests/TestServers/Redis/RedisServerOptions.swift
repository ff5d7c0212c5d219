/// How a throw-away Redis is started; without options it listens on its Unix socket only.
package struct RedisServerOptions: Sendable {
    /// Listens on a free port of 127.0.0.1 as well.
    package var tcp: Bool
    /// Listens with TLS on a free port of 127.0.0.1, with a certificate of one day for `localhost` and `127.0.0.1`.
    package var tls: Bool
    /// The default user's password.
    package var password: String?
    /// Words for `ACL SETUSER`, one user a line: `reader on >secret ~eventix:* +@read`.
    package var aclUsers: [String]
    /// The server to copy. It must listen on TCP.
    package var replicaOf: RedisServer?
    /// Allows ``RedisServer/restart()`` (Redis 7 and newer).
    package var restartable: Bool
    /// The clock it goes by; the machine's where there is none.
    package var clock: ShiftedClock?
    /// Further words for `redis-server`: `--maxmemory`, `1mb`.
    package var arguments: [String]

    package init(
        tcp: Bool = false, tls: Bool = false, password: String? = nil, aclUsers: [String] = [],
        replicaOf: RedisServer? = nil, restartable: Bool = false, clock: ShiftedClock? = nil, arguments: [String] = []
    ) {
        self.tcp = tcp
        self.tls = tls
        self.password = password
        self.aclUsers = aclUsers
        self.replicaOf = replicaOf
        self.restartable = restartable
        self.clock = clock
        self.arguments = arguments
    }

    /// The words for `redis-server`, persistence off.
    func words(port: Int, socketPath: String, folder: String, certificates: Certificates?) throws -> [String] {
        var words = [
            "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", folder, "--unixsocket", socketPath,
            "--bind", "127.0.0.1",
            // Otherwise a primary waits for 5 s whether another replica comes.
            "--repl-diskless-sync-delay", "0",
        ]
        if let certificates {
            words += [
                "--port", "0", "--tls-port", String(port), "--tls-auth-clients", "no",
                "--tls-ca-cert-file", certificates.authority,
                "--tls-cert-file", certificates.server, "--tls-key-file", certificates.serverKey,
            ]
        } else {
            words += ["--port", String(port)]
        }
        if let password { words += ["--requirepass", password, "--masterauth", password] }
        if restartable { words += ["--enable-debug-command", "local"] }
        if let replicaOf { words += try replicaOf.wordsForReplica() }
        return words + arguments
    }
}
