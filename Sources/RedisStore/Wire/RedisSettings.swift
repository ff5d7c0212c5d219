/// The address of Redis, the login, and the limits of waiting.
package struct RedisSettings: Sendable, Equatable {
    package enum Endpoint: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unixSocket(path: String)

        var isTCP: Bool { if case .tcp = self { true } else { false } }
    }

    package struct TLS: Sendable, Hashable {
        /// A PEM file with the authorities to trust; the system's authorities where there is none.
        package var caFile: String?

        /// The largest such file, in bytes: several times what all public authorities need.
        static let greatestFile = 4 << 20

        package init(caFile: String? = nil) {
            self.caFile = caFile
        }
    }

    package var endpoint: Endpoint
    package var tls: TLS?
    package var username: String?
    package var password: String?
    /// The database, `SELECT`ed after login; 0 is every server's default.
    package var database: Int
    /// Seconds until a connection attempt is given up.
    package var connectTimeout: Int64
    /// Seconds without any answer to a waiting command until the connection is given up.
    package var commandTimeout: Int64
    /// Seconds of silence after which the connection is asked whether it still lives.
    package var idleTimeout: Int64

    package init(
        endpoint: Endpoint, tls: TLS? = nil, username: String? = nil, password: String? = nil, database: Int = 0,
        connectTimeout: Int64 = 10, commandTimeout: Int64 = 30, idleTimeout: Int64 = 60
    ) {
        self.endpoint = endpoint
        self.tls = tls
        self.username = username
        self.password = password
        self.database = database
        self.connectTimeout = connectTimeout
        self.commandTimeout = commandTimeout
        self.idleTimeout = idleTimeout
    }

    /// The address for messages, without the password. A user without a password is not shown either: it may be a
    /// password in the wrong place.
    package var target: String {
        let place =
            switch endpoint {
            case .tcp(let host, let port): "at \(host):\(port)"
            case .unixSocket(let path): "at \(path)"
            }
        return place + (tls == nil ? "" : " (TLS)") + (password == nil ? "" : username.map { ", user \($0)" } ?? "")
            + (database == 0 ? "" : ", database \(database)")
    }
}
