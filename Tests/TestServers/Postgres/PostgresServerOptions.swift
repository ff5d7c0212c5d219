/// How a throw-away PostgreSQL is started; without options it listens on its Unix socket only and trusts everybody.
package struct PostgresServerOptions: Sendable {
    /// Listens on a free port of 127.0.0.1 as well.
    package var tcp: Bool
    /// The password of the user `postgres`, asked for over TCP (`scram-sha-256`); the socket still trusts.
    package var password: String?
    /// Server settings besides those that make it fast: `["max_connections": "5"]`.
    package var settings: [String: String]
    /// The clock it goes by; the machine's where there is none.
    package var clock: ShiftedClock?
    /// Further words for `initdb`: `--locale-provider=icu`, `--icu-locale=en-US`.
    package var initdbArguments: [String]

    package init(
        tcp: Bool = false, password: String? = nil, settings: [String: String] = [:], clock: ShiftedClock? = nil,
        initdbArguments: [String] = []
    ) {
        self.tcp = tcp
        self.password = password
        self.settings = settings
        self.clock = clock
        self.initdbArguments = initdbArguments
    }

    /// The words for `postgres`. Nothing is kept safe on disk: the data lives as long as a test. WAL is kept for a standby that
    /// is made where the machine is busy, and comes late for it.
    func words(data: String, folder: String, port: Int) -> [String] {
        var all = [
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "listen_addresses": port == 0 ? "" : "127.0.0.1",
            "wal_keep_size": "64MB",
            "port": String(port == 0 ? PostgresServer.socketPort : port),
            "unix_socket_directories": folder,
        ]
        all.merge(settings) { _, own in own }
        return ["-D", data] + all.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    func initdbWords(data: String, passwordFile: String?) -> [String] {
        ["--pgdata", data, "--no-sync", "--username=postgres", "--encoding=UTF8", "--locale=C", "--auth=trust"]
            + (passwordFile.map { ["--auth-host=scram-sha-256", "--pwfile=\($0)"] } ?? []) + initdbArguments
    }
}
