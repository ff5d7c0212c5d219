import HoldModel

/// A walk over events in byte order, many pages in one snapshot: its rows are joined and sorted once for all of them,
/// and come in order. Used on the connection's thread only.
final class SnapshotWalk {
    private struct Window {
        let clock: SnapshotClock
        let began: ContinuousClock.Instant
        let life: Duration
        /// All events of it, in order, with their categories.
        let categories: SnapshotTable
        let events: [EventID]
        /// Stands at the first order of the events that were not read.
        let orders: CopyRows
        /// Events that were read of it.
        var used = 0
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
    ///   - age: how long a snapshot serves: an old one shows Redis' changes as differences, and holds the server's
    ///     clean-up back.
    func page(of events: [EventID], ahead: ArraySlice<EventID>, age: Duration) throws -> EventPage {
        for _ in 1...2 {
            let wasOpen = window != nil
            do {
                return try read(events, ahead, age)
            } catch let error as PostgresError where error.sqlState == "40001" {
                // A standby gave the snapshot up for its primary's changes.
                continue
            } catch let error as PostgresError where error.sqlState == "57014" && wasOpen {
                // Rows that nobody takes count as the statement's time as well.
                try Task.checkCancellation()
            }
        }
        return try read(events, ahead, age)
    }

    private func read(_ events: [EventID], _ ahead: ArraySlice<EventID>, _ age: Duration) throws -> EventPage {
        do {
            let window = try currentWindow(for: events, ahead, age)
            var rows = SnapshotTableAssembly(events)
            rows.addCategories(of: window.categories, from: window.used)
            rows.beginOrders()
            while window.orders.hasRow, try rows.addOrder(window.orders) { try window.orders.next() }
            self.window?.used += events.count
            try endReadWindow()
            return EventPage(
                table: rows.table, isComplete: !rows.hasOrdersWithoutItems, clock: window.clock,
                expires: window.began + window.life + age)
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
        if let window {
            if window.events[window.used...].starts(with: events), .now < window.began + window.life { return window }
            noteEnd(of: window)
            self.window = nil
            handle.leaveCopy()
        }
        let start = ContinuousClock.now
        let clock = try handle.beginSnapshot()
        let all = events + ahead.prefix(reach.events)
        let ids = Parameter.textArray(all.map(\.bytes))
        var known = SnapshotTableAssembly(all)
        let categories = try CopyRows(.categories, ids, on: handle)
        while try categories.next() { _ = try known.addCategory(categories) }
        let orders = try CopyRows(.openOrders, ids, on: handle)
        try orders.next()
        // Where the servers are slow or the tables large, a new snapshot costs more, and lives longer.
        let opened = Window(
            clock: clock, began: start, life: max(age, (.now - start) * 5), categories: known.table, events: all,
            orders: orders)
        window = opened
        return opened
    }

    /// A snapshot that was read to its end is given back at once.
    private func endReadWindow() throws {
        guard let window, window.used == window.events.count else { return }
        noteEnd(of: window)
        self.window = nil
        try window.orders.skipTheRest()
        try handle.commit()
    }

    private func noteEnd(of window: Window) {
        reach.snapshotEnded(
            used: window.used, left: window.events.count - window.used, after: .now - window.began, of: window.life)
    }
}
