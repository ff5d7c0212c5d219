import HoldModel

/// A window: the events that are read in one snapshot. The server joins its tables once for all of them, and the rows
/// are put into pages as they come.
struct SnapshotWindow: Sendable {
    /// The pages of the first events, of the size asked for except for the last one. All events have a page, unless
    /// memory does not allow that. Pages are without what ``PostgresSource/completing(_:tokens:)`` adds.
    let pages: [EventPage]
    let life: WindowLife

    /// - Parameters:
    ///   - events: in byte order, each once; at least one.
    ///   - limit: how many events a page has.
    ///   - age: how long a snapshot may be used: an old one shows Redis' changes as differences, and holds the server's clean-up
    ///     back.
    ///   - detail: the detail of the pages.
    ///   - room: how many bytes the rows may take.
    ///   - others: the size of tables that were read before.
    init(
        of events: [EventID], limit: Int, age: Duration, detail: PageDetail = .whole,
        room: Int = WindowBounds.looking.size,
        like others: SnapshotTable.Extent = SnapshotTable.Extent(), on handle: ConnectionHandle
    ) throws {
        let began = ContinuousClock.now
        let (read, clock) = try handle.inSnapshot { clock in
            var rows = WindowRows(events, limit: limit, detail: detail, room: room, like: others)
            try rows.read(handle)
            return (rows.pages, clock)
        }
        let life = WindowLife(began: began, ready: .now, age: age)
        self.life = life
        pages = read.map { page in
            EventPage(
                table: page.table, isComplete: detail == .brief || !page.hasOrdersWithoutItems, clock: clock,
                detail: detail, expires: life.ends + age)
        }
    }

    /// How many events the pages have.
    var count: Int { pages.reduce(0) { $0 + $1.table.events.count } }

    var orderCount: Int { pages.reduce(0) { $0 + $1.table.orders.count } }

    /// How many bytes the rows take.
    var size: Int { pages.reduce(0) { $0 + $1.table.size } }

    var extent: SnapshotTable.Extent { pages.reduce(into: SnapshotTable.Extent()) { $0.add($1.table) } }
}

/// How long the snapshot of a window may be used.
struct WindowLife: Sendable, Equatable {
    let began: ContinuousClock.Instant
    /// When all its rows had come.
    let ready: ContinuousClock.Instant
    let ends: ContinuousClock.Instant

    /// Makes the life of a snapshot: where the servers are slow or the tables large it costs more, and lives longer.
    init(began: ContinuousClock.Instant, ready: ContinuousClock.Instant, age: Duration) {
        (self.began, self.ready) = (began, ready)
        ends = began + max(age, (ready - began) * 5)
    }
}

/// The pages of a window while its rows arrive.
private struct WindowRows {
    private let events: [EventID]
    private let limit: Int
    private let detail: PageDetail
    private let room: Int
    private var places: EventPlaces
    private(set) var pages: [SnapshotTableAssembly]

    init(_ events: [EventID], limit: Int, detail: PageDetail, room: Int, like others: SnapshotTable.Extent) {
        self.events = events
        self.limit = limit
        self.detail = detail
        self.room = room
        places = EventPlaces(events)
        pages = stride(from: 0, to: events.count, by: limit).map { start in
            SnapshotTableAssembly(Array(events[start..<min(start + limit, events.count)]), like: others)
        }
    }

    mutating func read(_ handle: ConnectionHandle) throws {
        let ids = Parameter.textArray(events.map(\.bytes))
        let categories = try CopyRows(.categories, ids, on: handle)
        while try categories.next() {
            let place = try place(of: categories)
            try pages[place / limit].addCategory(categories, to: place % limit)
        }
        for page in pages.indices {
            pages[page].endCategories()
            try pages[page].refuseSharedKeys(handle)
        }
        let orders = try CopyRows(detail == .whole ? .openOrders : .openOrdersBrief, ids, on: handle)
        var size = pages.reduce(0) { $0 + $1.table.size }
        while try orders.next() {
            let place = try place(of: orders)
            guard place / limit < pages.count else { continue }
            let added =
                switch detail {
                case .whole: try pages[place / limit].addOrder(orders, to: place % limit)
                case .brief: try pages[place / limit].addBriefOrder(orders, to: place % limit)
                }
            size += added
            // The last events are left to the next snapshot.
            while size > room, pages.count > 1 { size -= pages.removeLast().table.size }
        }
        for page in pages.indices { pages[page].endOrders() }
        try refuseRepeated(handle)
    }

    /// Refuses events with ids that come twice. Nearly always the database prevents those, and nothing is asked.
    private mutating func refuseRepeated(_ handle: ConnectionHandle) throws {
        for page in pages.indices {
            let start = page * limit
            try pages[page].refuseRepeated(Array(events[start..<min(start + limit, events.count)]), handle)
        }
    }

    /// Returns the index of the row's event. A row may be about none of the events, where the database holds two
    /// spellings equal.
    private mutating func place(of row: CopyRows) throws(PostgresError) -> Int {
        guard let place = places.place(of: row) else { throw row.unexpected(0) }
        return place
    }
}
