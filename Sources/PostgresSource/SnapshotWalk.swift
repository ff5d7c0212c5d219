import HoldModel

/// A walk over events in byte order, many pages in one snapshot: its rows are joined and sorted once for all of them,
/// and come in order. Used on the connection's thread only.
final class SnapshotWalk {
    private struct Window {
        let clock: SnapshotClock
        let began: ContinuousClock.Instant
        let life: Duration
        var events: ArraySlice<EventID>
        /// Events that were read of it.
        var used = 0
        let categories = RowStream(.categories)
        let orders = RowStream(.openOrders)
    }

    private let handle: ConnectionHandle
    private var window: Window?
    private var reach = WalkReach()

    init(_ handle: ConnectionHandle) {
        self.handle = handle
    }

    /// - Parameters:
    ///   - events: the page, in byte order.
    ///   - ahead: the events that will be asked for next, in byte order.
    ///   - tokens: for each event of the page, the tokens that the census knows for it.
    ///   - age: how long a snapshot serves: an old one shows Redis' changes as differences, and holds the server's
    ///     clean-up back.
    func page(
        of events: [EventID], ahead: ArraySlice<EventID>, tokens: [[HoldToken]], age: Duration
    ) throws -> EventPage {
        for _ in 1...2 {
            do {
                return try read(events, ahead, tokens, age)
            } catch let error as PostgresError where error.sqlState == "40001" {
                // A standby gave the snapshot up for its primary's changes.
                continue
            }
        }
        return try read(events, ahead, tokens, age)
    }

    /// Ends the snapshot, where there is one.
    func end() throws {
        guard window != nil else { return }
        window = nil
        try handle.commit()
    }

    private func read(
        _ events: [EventID], _ ahead: ArraySlice<EventID>, _ tokens: [[HoldToken]], _ age: Duration
    ) throws -> EventPage {
        do {
            var window = try currentWindow(for: events, ahead, age)
            var page = EventPageAssembly(events)
            let asked = Set(events)
            try window.categories.take(asked, from: handle) { try page.addCategories($0, rows: $1) }
            try window.orders.take(asked, from: handle) { try page.addOrders($0, rows: $1) }
            try page.addWhatIsMissing(handle, tokens: tokens)
            window.events = window.events.dropFirst(events.count)
            window.used += events.count
            self.window = window
            return page.page(of: events, tokens: tokens, clock: window.clock)
        } catch {
            window = nil
            handle.rollback()
            throw error
        }
    }

    /// The open window where it goes on with these events, else a new one.
    private func currentWindow(
        for events: [EventID], _ ahead: ArraySlice<EventID>, _ age: Duration
    ) throws -> Window {
        if let window, window.events.starts(with: events), .now < window.began + window.life { return window }
        if let window {
            reach.snapshotEnded(
                used: window.used, left: window.events.count, after: .now - window.began, of: window.life)
        }
        try end()
        let start = ContinuousClock.now
        let clock = try handle.beginSnapshot()
        let all = events + ahead.prefix(reach.events)
        let ids = Parameter.textArray(all.map(\.bytes))
        try handle.declareCursor(.categories, [ids])
        try handle.declareCursor(.openOrders, [ids])
        // Where the servers are slow or the tables large, a new snapshot costs more, and lives longer.
        return Window(clock: clock, began: start, life: max(age, (.now - start) * 5), events: all[...])
    }
}
