import HoldModel

/// A run of events in byte order that is read in one snapshot, a page at a time: its rows are joined and sorted once for
/// all of them, and come in order. Used on the connection's thread only, which serves nothing else meanwhile.
final class SnapshotWindow {
    private let handle: ConnectionHandle
    private let clock: SnapshotClock
    private let expires: ContinuousClock.Instant
    private let events: [EventID]
    /// All categories of the events.
    private let categories: SnapshotTable
    /// Stands at the first order of the events that were not read.
    private let orders: CopyRows
    /// Events that were read.
    private var used = 0

    let life: WindowLife

    /// - Parameters:
    ///   - events: in byte order, each once.
    ///   - age: how long a snapshot serves: an old one shows Redis' changes as differences, and holds the server's
    ///     clean-up back.
    init(of events: [EventID], age: Duration, on handle: ConnectionHandle) throws {
        let began = ContinuousClock.now
        do {
            let clock = try handle.beginSnapshot()
            let ids = Parameter.textArray(events.map(\.bytes))
            var known = SnapshotTableAssembly(events)
            let rows = try CopyRows(.categories, ids, on: handle)
            while try rows.next() { _ = try known.addCategory(rows) }
            let orders = try CopyRows(.openOrders, ids, on: handle)
            try orders.next()
            let life = WindowLife(began: began, ready: .now, age: age)
            (self.handle, self.clock, self.life, self.orders) = (handle, clock, life, orders)
            (self.events, categories, expires) = (events, known.table, life.ends + age)
        } catch {
            handle.rollback()
            throw error
        }
    }

    /// The next of the events, which must be there.
    ///
    /// - Returns: the page without what ``PostgresSource/completing(_:tokens:)`` adds.
    func page(of count: Int) throws -> EventPage {
        do {
            var rows = SnapshotTableAssembly(Array(events[used..<used + count]))
            rows.addCategories(of: categories, from: used)
            rows.beginOrders()
            while orders.hasRow, try rows.addOrder(orders) { try orders.next() }
            used += count
            if used == events.count { try end() }
            return EventPage(
                table: rows.table, isComplete: !rows.hasOrdersWithoutItems, clock: clock, expires: expires)
        } catch {
            handle.rollback()
            throw error
        }
    }

    /// A snapshot that was read to its end is given back at once. A row that is left is about none of the events, as where
    /// the database takes two spellings for one id; what stands behind it was not read.
    private func end() throws {
        guard !orders.hasRow else { throw orders.unexpected(0) }
        try handle.commit()
    }

    /// Leaves what was not read.
    func leave() {
        if used < events.count { handle.leaveCopy() }
    }
}

/// How long the snapshot of a window serves.
struct WindowLife: Sendable, Equatable {
    let began: ContinuousClock.Instant
    /// When its first row was there.
    let ready: ContinuousClock.Instant
    let ends: ContinuousClock.Instant

    /// Where the servers are slow or the tables large, a new snapshot costs more, and lives longer.
    init(began: ContinuousClock.Instant, ready: ContinuousClock.Instant, age: Duration) {
        (self.began, self.ready) = (began, ready)
        ends = began + max(age, (ready - began) * 5)
    }
}
