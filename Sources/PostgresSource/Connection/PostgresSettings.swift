/// The address of PostgreSQL, the login, and the limits of waiting.
package struct PostgresSettings: Sendable {
    /// The connection string, in libpq's syntax of keywords or as a URI, which may have Prisma's parameters.
    package var connectionString: String
    /// Seconds until a connection attempt is given up, unless the string says otherwise.
    package var connectTimeout: Int
    /// Seconds until PostgreSQL ends a statement.
    package var statementTimeout: Int
    /// Whether only a primary will do: what a run writes to Redis must not be older than Redis.
    package var needsPrimary = false

    package init(connectionString: String, connectTimeout: Int = 10, statementTimeout: Int = 60) {
        self.connectionString = connectionString
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
    }
}
