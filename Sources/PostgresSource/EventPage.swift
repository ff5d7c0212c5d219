package import HoldModel

/// The instant and the WAL position of one snapshot.
package struct SnapshotClock: Sendable, Hashable {
    /// PostgreSQL's `now()` in the snapshot.
    package let time: Timestamp
    /// The WAL position on a primary, the replayed one on a standby; `nil` where the server has none to tell.
    package let lsn: String?
}

/// What SQL says of a run of events, read in one snapshot.
package struct EventPage: Sendable {
    /// One for each event asked for, in the order asked.
    package let events: [EventSnapshot]
    package let clock: SnapshotClock
}
