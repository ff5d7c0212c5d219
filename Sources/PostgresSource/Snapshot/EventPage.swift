package import HoldModel

/// The instant and the WAL position of one snapshot, and what it shows.
package struct SnapshotClock: Sendable, Hashable {
    /// PostgreSQL's `now()` in the snapshot.
    package let time: Timestamp
    /// The WAL position on a primary, the replayed one on a standby; `nil` where the server has none to tell.
    package let lsn: String?
    /// The transactions that it shows, as PostgreSQL writes them: two snapshots with the same text show the same rows.
    /// `nil` where the server does not say.
    package let visible: String?
    /// Whether it is from a hot standby, and so may be older than it says.
    package let isStandby: Bool

    package init(time: Timestamp, lsn: String?, visible: String? = nil, isStandby: Bool = false) {
        self.time = time
        self.lsn = lsn
        self.visible = visible
        self.isStandby = isStandby
    }
}

/// What SQL says of a page of events, read in one snapshot.
package struct EventPage: Sendable {
    /// Categories and open orders. The index of an event is its position in the request.
    package let table: SnapshotTable
    /// Events for which tokens were asked for, and that so have more orders than these rows.
    private let told: [Int: EventSnapshot]
    package let clock: SnapshotClock
    package let detail: PageDetail

    /// Whether the seats of its orders are complete: an order without items may have tickets that were not read yet.
    package let isComplete: Bool
    /// The pages that it was read with; `nil` where it was read alone, or nobody needs them.
    package private(set) var window: PageWindow?
    /// When its snapshot becomes too old to be used; `nil` where it was read for one look.
    package private(set) var expires: ContinuousClock.Instant?

    init(
        table: SnapshotTable, told: [Int: EventSnapshot] = [:], isComplete: Bool = true, clock: SnapshotClock,
        detail: PageDetail = .whole, expires: ContinuousClock.Instant? = nil
    ) {
        self.table = table
        self.told = told
        self.isComplete = isComplete
        self.clock = clock
        self.detail = detail
        self.expires = expires
    }

    /// Returns the page with the window that it was read in.
    func within(_ window: PageWindow) -> EventPage {
        var page = self
        page.window = window
        return page
    }

    /// Returns the page with window and expiry of the page that it was made of.
    func replacing(_ page: EventPage) -> EventPage {
        var replaced = self
        (replaced.window, replaced.expires) = (page.window, page.expires)
        return replaced
    }

    /// The snapshot of each event, in the order of the request.
    package var events: [EventSnapshot] {
        table.events.indices.map { snapshot(at: $0) }
    }

    /// Returns the snapshot of an event. The page must be ``PageDetail/whole``: a plan made of less would be wrong.
    package func snapshot(at event: Int) -> EventSnapshot {
        precondition(detail == .whole)
        return told[event] ?? table.snapshot(of: event)
    }

    package func event(at place: Int) -> EventID {
        table.identifier(table.events[place].id)
    }

    /// Whether the table has all that SQL says of an event, and its rows are plain (``SnapshotTable/Event/isPlain``).
    package func isPlain(at event: Int) -> Bool {
        told[event] == nil && table.events[event].isPlain
    }
}
