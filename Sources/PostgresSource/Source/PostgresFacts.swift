/// What tells a database from others.
package struct DatabaseIdentity: Sendable, Hashable {
    package let database: String
    package let oid: Int64
    /// The cluster's own number; `nil` where the role may not ask.
    package let system: String?
}

/// Facts about a server and the program's transactions on it, for `doctor`.
package struct PostgresFacts: Sendable {
    package let version: String
    package let encoding: String
    package let database: String
    package let role: String
    package let isStandby: Bool
    /// Whether a transaction of the program may only read.
    package let isReadOnly: Bool
    /// Whether the connection is encrypted, as far as the program can see: perhaps only to a pooler.
    package let usesTLS: Bool
    package let clock: SnapshotClock
}
