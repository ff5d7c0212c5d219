package import HoldModel

/// The instant and the WAL position of one snapshot, and what it shows.
package struct SnapshotClock: Sendable, Hashable {
    /// PostgreSQL's `now()` in the snapshot.
    package let time: Timestamp
    /// The WAL position on a primary, the replayed one on a standby; `nil` where the server has none to tell.
    package let lsn: String?
    /// Which transactions it shows, as PostgreSQL spells it: two snapshots with the same show the same rows.
    /// `nil` where the server does not say.
    package let visible: String?
    /// Whether it is a hot standby's, and so may be older than it says.
    package let isStandby: Bool

    package init(time: Timestamp, lsn: String?, visible: String? = nil, isStandby: Bool = false) {
        self.time = time
        self.lsn = lsn
        self.visible = visible
        self.isStandby = isStandby
    }
}

/// What SQL says of a run of events, read in one snapshot.
package struct EventPage: Sendable {
    /// Categories and open orders, an event's place being that in which it was asked for.
    package let table: SnapshotTable
    /// Events that asked for tokens, and so see more orders than these rows.
    private let told: [Int: EventSnapshot]
    package let clock: SnapshotClock
    package let detail: PageDetail

    /// Whether nothing is missing of its own orders: those without items may have tickets.
    package let isComplete: Bool
    /// What it was read together with; `nil` where it was read alone, or nobody asked to know.
    package private(set) var window: PageWindow?
    /// When its snapshot has become too old to be looked at; `nil` where it was read for one look.
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

    /// The same page, among those that it was read together with.
    func within(_ window: PageWindow) -> EventPage {
        var page = self
        page.window = window
        return page
    }

    /// The same page in the place of one that it was made of.
    func replacing(_ page: EventPage) -> EventPage {
        var replaced = self
        (replaced.window, replaced.expires) = (page.window, page.expires)
        return replaced
    }

    /// One for each event asked for, in the order asked.
    package var events: [EventSnapshot] {
        table.events.indices.map { snapshot(at: $0) }
    }

    /// Of a page that is ``PageDetail/whole``: a plan made of less would be wrong.
    package func snapshot(at event: Int) -> EventSnapshot {
        precondition(detail == .whole)
        return told[event] ?? table.snapshot(of: event)
    }

    package func event(at place: Int) -> EventID {
        table.identifier(table.events[place].id)
    }

    /// Whether the table has all that there is to say of an event, and its rows are as nearly all are.
    package func isPlain(at event: Int) -> Bool {
        told[event] == nil && table.events[event].isPlain
    }
}
