package import HoldModel

/// Reads the pages of a walk over events. Pages that follow one another share a snapshot, whose rows are read at once; the
/// next snapshot is read on a second connection meanwhile, since joining its rows takes as long as many pages, and while
/// snapshots are small, the one behind it too.
package actor PageReader {
    /// The window that pages are taken of.
    private struct Current {
        let lane: Int
        let life: WindowLife
        let since: ContinuousClock.Instant
        /// Those that were not taken yet, the next one last.
        var pages: [EventPage]
        /// All of them, where each is to know them.
        let together: PageWindow.Pages?
        /// Events of those that were.
        var used = 0
        /// Events of the others.
        var left: Int
        /// Whether all of them are one page: nobody sees how long that is worked on.
        let isOnePage: Bool

        init(_ window: SnapshotWindow, lane: Int, isKept: Bool, since: ContinuousClock.Instant) {
            (self.lane, self.since, life) = (lane, since, window.life)
            (pages, left, isOnePage) = (window.pages.reversed(), window.count, window.pages.count == 1)
            together = isKept ? PageWindow.Pages(window.pages) : nil
        }

        /// Whether what comes next are these events, as far as both go.
        func goesOn(with ids: ArraySlice<EventID>) -> Bool {
            guard let page = pages.last, page.table.events.count <= ids.count else { return false }
            return zip(page.table.events, ids).allSatisfy { event, id in
                page.table.bytes[event.id.range].elementsEqual(id.bytes)
            }
        }

        mutating func takePage() -> EventPage? {
            guard let page = pages.popLast() else { return nil }
            used += page.table.events.count
            left -= page.table.events.count
            guard let together else { return page }
            let place = together.count - pages.count - 1
            return page.within(PageWindow(pages: together, place: place, wasComplete: page.isComplete))
        }
    }

    private struct Upcoming {
        let lane: Int
        let events: [EventID]
        let reading: Task<SnapshotWindow, any Error>
    }

    private let lanes: [WindowLane]
    private let keepsWindows: Bool
    /// What the walk's pace is told by.
    private let now: @Sendable () -> ContinuousClock.Instant
    private var current: Current?
    /// Those behind the current one, in their order: two at the most, each on a lane of its own.
    private var upcoming: [Upcoming] = []
    private var reach: WalkReach
    private var detail: PageDetail
    /// Whether what was read, or is being read, shows less than is wanted by now.
    private var isTooBrief = false
    /// Whether the server has a connection for the second lane.
    private var mayPrepare = true

    /// Events of each window that was begun ahead of its pages.
    var eventsAhead: [Int] { upcoming.map(\.events.count) }

    init(
        _ settings: PostgresSettings, _ mark: ServerMark, detail: PageDetail, keepsWindows: Bool, bounds: WindowBounds,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        (self.detail, self.keepsWindows, self.now) = (detail, keepsWindows, now)
        reach = WalkReach(bounds)
        lanes = [WindowLane(settings, mark, room: bounds.size), WindowLane(settings, mark, room: bounds.size)]
    }

    /// The next page of the walk; one call at a time.
    ///
    /// - Parameters:
    ///   - ids: the events that come next, in byte order, as far as they are known; at least one.
    ///   - limit: how many of them at the most. A page ends where its snapshot does, so it may be fewer.
    ///   - age: how long a snapshot serves, unless it took the server long to read it.
    /// - Returns: the page without what ``PostgresSource/completing(_:tokens:)`` adds.
    package func page(of ids: ArraySlice<EventID>, limit: Int, age: Duration) async throws -> EventPage {
        try Task.checkCancellation()
        if isTooBrief {
            isTooBrief = false
            current = nil
            await abandonUpcoming()
        }
        let window = try await window(for: ids, limit, age)
        prepareNext(behind: window, ids, limit, age)
        guard let page = current?.takePage() else { preconditionFailure("a window without a page") }
        if current?.pages.isEmpty ?? true { endCurrent() }
        return page
    }

    /// Reads whole pages from here on; those that were handed out stay as they are.
    package func readWhole() {
        if detail == .whole { return }
        (detail, isTooBrief) = (.whole, true)
    }

    func close() async {
        await abandonUpcoming()
        current = nil
        for lane in lanes { await lane.close() }
    }

    /// A window that goes on with these events: the current one, the one that was prepared, or a new one.
    private func window(for ids: ArraySlice<EventID>, _ limit: Int, _ age: Duration) async throws -> Current {
        if let window = current {
            if window.life.ends > now(), window.goesOn(with: ids) { return window }
            endCurrent()
        }
        if let window = try await prepared(for: ids) { return window }
        // What was prepared may still be what comes next.
        if let next = upcoming.first?.events.first, !ids.contains(next) { await abandonUpcoming() }
        let next = upcoming.first?.events.first
        let events = Array(ids.prefix(reach.events(of: ids.count)).prefix { $0 != next })
        reach.snapshotBegun()
        let lane = upcoming.first?.lane == 0 ? 1 : 0
        // Of the connections that the server has left, the first is for what is needed now.
        try await lanes[lane].connect()
        // Nothing is known of the first, so the second need not wait for it.
        if upcoming.isEmpty, reach.isUnknown { prepare(ids.dropFirst(events.count), limit, on: 1 - lane, age) }
        return begin(
            try await lanes[lane].window(of: events, limit: limit, age: age, detail: detail), of: events.count, on: lane
        )
    }

    /// Takes what was prepared, where it goes on with these events.
    private func prepared(for ids: ArraySlice<EventID>) async throws -> Current? {
        guard let next = upcoming.first, ids.first == next.events.first else { return nil }
        upcoming.removeFirst()
        do {
            let read = try await withTaskCancellationHandler {
                try await next.reading.value
            } onCancel: {
                next.reading.cancel()
            }
            let window = begin(read, of: next.events.count, on: next.lane)
            if window.life.ends > now(), window.goesOn(with: ids) { return window }
            current = nil
        } catch PostgresError.cannotConnect {
            // The role may have no connection left for a second lane; one will do, if slower, and it is for what is needed now.
            mayPrepare = false
            await abandonUpcoming()
        }
        return nil
    }

    /// Begins the window behind those that are begun when its time has come: the current one has been read, so of two lanes
    /// one is free.
    private func prepareNext(behind window: Current, _ ids: ArraySlice<EventID>, _ limit: Int, _ age: Duration) {
        let begun = upcoming.reduce(0) { $0 + $1.events.count }
        guard upcoming.count < lanes.count, begun == 0 || begun + reach.events <= WalkReach.bothAhead,
            reach.mustPrepare(used: window.used, left: window.left + begun, after: now() - window.since)
        else { return }
        prepare(ids.dropFirst(window.left + begun), limit, on: 1 - (upcoming.last?.lane ?? window.lane), age)
    }

    private func prepare(_ ids: ArraySlice<EventID>, _ limit: Int, on lane: Int, _ age: Duration) {
        let events = Array(ids.prefix(reach.events))
        if events.isEmpty || !mayPrepare { return }
        reach.snapshotBegun()
        let reading = Task { [lane = lanes[lane], detail] in
            try await lane.window(of: events, limit: limit, age: age, detail: detail)
        }
        upcoming.append(Upcoming(lane: lane, events: events, reading: reading))
    }

    /// - Parameter count: the events that the window was to have.
    private func begin(_ read: SnapshotWindow, of count: Int, on lane: Int) -> Current {
        reach.snapshotRead(
            count, in: read.life.ready - read.life.began, size: read.size, kept: read.count,
            orders: read.orderCount)
        let window = Current(read, lane: lane, isKept: keepsWindows, since: now())
        current = window
        return window
    }

    private func endCurrent() {
        guard let window = current else { return }
        current = nil
        if window.isOnePage && window.left == 0 { return }
        reach.snapshotEnded(
            used: window.used, left: window.left, after: now() - window.since, of: window.life.ends - window.since)
    }

    private func abandonUpcoming() async {
        let windows = upcoming
        upcoming = []
        for window in windows { window.reading.cancel() }
        // Whether they were read or have failed: nobody asks for them any more.
        for window in windows { _ = await window.reading.result }
    }
}
