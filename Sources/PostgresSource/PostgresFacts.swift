/// A server and the session on it, for `doctor`.
package struct PostgresFacts: Sendable {
    package let version: String
    package let encoding: String
    package let database: String
    package let role: String
    package let isStandby: Bool
    package let isReadOnly: Bool
    package let usesTLS: Bool
    package let clock: SnapshotClock
}
