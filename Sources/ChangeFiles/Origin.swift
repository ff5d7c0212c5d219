package import HoldModel

/// Where a plan or a journal comes from: the run and its servers. The same file is of no use on others.
package struct Origin: Sendable, Hashable {
    /// The program's version.
    package var program: String
    /// The command that made the file, such as `rebuild`.
    package var command: String
    package var madeAt: Timestamp
    /// What decides what is right, by the names of the options; never an address or a secret.
    package var options: [String: String]
    package var keyPrefix: [UInt8]
    package var redis: RedisOrigin
    package var postgres: PostgresOrigin

    package init(
        program: String, command: String, madeAt: Timestamp, options: [String: String], keyPrefix: [UInt8],
        redis: RedisOrigin, postgres: PostgresOrigin
    ) {
        self.program = program
        self.command = command
        self.madeAt = madeAt
        self.options = options
        self.keyPrefix = keyPrefix
        self.redis = redis
        self.postgres = postgres
    }
}

/// What tells a Redis from others. Both are `nil` where its user may not ask.
package struct RedisOrigin: Sendable, Hashable {
    /// Another one after each start.
    package var runID: String?
    /// Another one after a failover; it lives through a restart that keeps the data.
    package var replicationID: String?

    package init(runID: String?, replicationID: String?) {
        (self.runID, self.replicationID) = (runID, replicationID)
    }

    /// Whether this is certainly another one.
    func differs(from other: RedisOrigin) -> Bool {
        func same(_ one: String?, _ two: String?) -> Bool? { if let one, let two { one == two } else { nil } }
        let answers = [same(runID, other.runID), same(replicationID, other.replicationID)].compactMap(\.self)
        return !answers.isEmpty && !answers.contains(true)
    }
}

/// What tells a database from others.
package struct PostgresOrigin: Sendable, Hashable {
    package var database: String
    /// Another one after `DROP DATABASE` and `CREATE DATABASE`.
    package var oid: Int64
    /// The cluster's own number, which its standbys share; `nil` where the role may not ask.
    package var system: String?

    package init(database: String, oid: Int64, system: String?) {
        (self.database, self.oid, self.system) = (database, oid, system)
    }

    func differs(from other: PostgresOrigin) -> Bool {
        if let system, let theirs = other.system, system != theirs { return true }
        return database != other.database || oid != other.oid
    }
}

extension Origin {
    /// Why a file of this origin is not used on the servers of a run; `nil` where it may be.
    ///
    /// - Parameters:
    ///   - now: the origin that a file of this run would have.
    ///   - kind: what the file is, such as "plan".
    package func objection(to now: Origin, _ kind: String) -> String? {
        if keyPrefix != now.keyPrefix {
            return "the \(kind) is for the key prefix '\(printable(keyPrefix))', and --key-prefix is "
                + "'\(printable(now.keyPrefix))'"
        }
        if postgres.differs(from: now.postgres) {
            return
                "the \(kind) was made with another database (\(printable(Array(postgres.database.utf8)))) than --postgres"
        }
        if redis.differs(from: now.redis) {
            return "the \(kind) was made with another Redis than --redis, or with the same one before it was restarted "
                + "without its data, or failed over"
        }
        return nil
    }

    /// The options of a plan that a run does not have, or has otherwise, in words; `nil` where all are the same.
    package func otherOptions(than now: Origin) -> String? {
        let names = Set(options.keys).union(now.options.keys).sorted().filter { options[$0] != now.options[$0] }
        if names.isEmpty { return nil }
        return names.map { name in
            let theirs = options[name].map { "'\(printable(Array($0.utf8)))'" } ?? "nothing"
            let ours = now.options[name].map { "'\(printable(Array($0.utf8)))'" } ?? "nothing"
            return "\(printable(Array(name.utf8))) was \(theirs) and is \(ours)"
        }.joined(separator: ", ")
    }
}
