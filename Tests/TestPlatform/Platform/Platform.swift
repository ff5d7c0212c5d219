package import TestServers

/// The ticket platform, written once more from its contract alone: what the program under test is a guest of.
///
/// Its scripts and its schema are the files in `Scripts/`; the methods here run them as the platform does. Every step
/// takes its own `now`, in seconds since 1970, so that a test can make old holds and late payments.
package struct Platform: Sendable {
    package let postgres: PostgresServer
    package let database: String
    package let redis: RedisServer
    /// In front of every key; may be empty and may hold any text.
    package let keyPrefix: String
    /// How long a hold lives, and its hash with it.
    package var holdTTL = 600
    /// How long the hash of a released hold is kept.
    package var releasedTTL = 600
    /// How long the hash of a finalized hold is kept.
    package var finalizedTTL = 1800

    package init(
        postgres: PostgresServer, database: String = "tickets", redis: RedisServer, keyPrefix: String = "eventix:test:"
    ) {
        self.postgres = postgres
        self.database = database
        self.redis = redis
        self.keyPrefix = keyPrefix
    }

    /// Creates the database and its tables.
    package func install() async throws {
        try await postgres.createDatabase(
            named: database, sql: String(decoding: PackageResources.schema_sql, as: UTF8.self))
    }

    /// Runs SQL in the platform's database; see ``PostgresServer/psql(database:user:sql:)``.
    @discardableResult
    package func sql(_ text: String) async throws -> String {
        try await postgres.psql(database: database, sql: text)
    }

    /// The name that the database's clients connect to.
    package var connectionString: String {
        postgres.connectionString(database: database)
    }
}

/// The names of the platform's keys.
extension Platform {
    package var indexKey: String {
        keyPrefix + "holds:expiration-index"
    }

    package var holdKeyPrefix: String {
        keyPrefix + "holds:"
    }

    package var inventoryKeyPrefix: String {
        keyPrefix + "inventory:"
    }

    package func holdKey(_ token: String) -> String {
        holdKeyPrefix + token
    }

    package func inventoryKey(event: String, category: String) -> String {
        "\(inventoryKeyPrefix)\(event):\(category)"
    }
}
