package import HoldModel

/// Reads the pages of a walk over events. Several pages share a snapshot, a window, whose rows are read at once.
/// Meanwhile the next snapshot is read on a second connection, since to join its rows takes as long as many pages;
/// while snapshots are small, the one after it is as well.
package actor PageReader {
    /// The window whose pages are handed out.
    private struct Current {
        let lane: Int
        let life: WindowLife
        let since: ContinuousClock.Instant
        /// The pages that are left, the next one last.
        var pages: [EventPage]
        /// All pages of the window, where each must know them.
        let together: PageWindow.Pages?
        /// How many events the pages that were handed out have.
        var used = 0
        /// How many events the others have.
        var left: Int
        /// Whether the window has only one page, so that its pace cannot be measured.
        let isOnePage: Bool

        init(_ window: SnapshotWindow, lane: Int, isKept: Bool, since: ContinuousClock.Instant) {
            (self.lane, self.since, life) = (lane, since, window.life)
            (pages, left, isOnePage) = (window.pages.reversed(), window.count, window.pages.count == 1)
            together = isKept ? PageWindow.Pages(window.pages) : nil
        }

        /// Whether the next pages are of these events, as far as both go.
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
    /// The clock by which the pace of the walk is measured.
    private let now: @Sendable () -> ContinuousClock.Instant
    private var current: Current?
    /// The next windows in their order, at most two, each on a lane of its own.
    private var upcoming: [Upcoming] = []
    private var reach: WalkReach
    private var detail: PageDetail
    /// Whether windows were read, or are being read, with less detail than is needed now.
    private var isTooBrief = false
    /// Whether the server has a connection for the second lane.
    private var mayPrepare = true

    /// How many events each of the next windows has.
    var eventsAhead: [Int] { upcoming.map(\.events.count) }

    init(
        _ settings: PostgresSettings, _ mark: ServerMark, detail: PageDetail, keepsWindows: Bool, bounds: WindowBounds,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        (self.detail, self.keepsWindows, self.now) = (detail, keepsWindows, now)
        reach = WalkReach(bounds)
        lanes = [WindowLane(settings, mark, room: bounds.size), WindowLane(settings, mark, room: bounds.size)]
    }

    /// Returns the next page of the walk; one call at a time.
    ///
    /// - Parameters:
    ///   - ids: the next events in byte order, as far as they are known; at least one.
    ///   - limit: how many of them at the most. A page ends where its snapshot does, so it may have fewer.
    ///   - age: how long a snapshot may be used, unless it took the server long to read it.
    /// - Returns: the page, without what ``PostgresSource/completing(_:tokens:)`` adds.
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

    /// Reads whole pages from now on; those that were handed out stay as they are.
    package func readWhole() {
        if detail == .whole { return }
        (detail, isTooBrief) = (.whole, true)
    }

    func close() async {
        await abandonUpcoming()
        current = nil
        for lane in lanes { await lane.close() }
    }

    /// Returns a window that continues with these events: the current one, the one that was prepared, or a new one.
    private func window(for ids: ArraySlice<EventID>, _ limit: Int, _ age: Duration) async throws -> Current {
        if let window = current {
            if window.life.ends > now(), window.goesOn(with: ids) { return window }
            endCurrent()
        }
        if let window = try await prepared(for: ids) { return window }
        // The prepared window is kept if it is still the next one.
        if let next = upcoming.first?.events.first, !ids.contains(next) { await abandonUpcoming() }
        let next = upcoming.first?.events.first
        let events = Array(ids.prefix(reach.events(of: ids.count)).prefix { $0 != next })
        reach.snapshotBegun()
        let lane = upcoming.first?.lane == 0 ? 1 : 0
        // If the server has one connection left, it is for what is needed now.
        try await lanes[lane].connect()
        // The first window's pace is unknown, so there is no reason for the second one to wait.
        if upcoming.isEmpty, reach.isUnknown { prepare(ids.dropFirst(events.count), limit, on: 1 - lane, age) }
        return begin(
            try await lanes[lane].window(of: events, limit: limit, age: age, detail: detail), of: events.count, on: lane
        )
    }

    /// Returns the prepared window, where it continues with these events.
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
            // The role may have no connection left for a second lane. One lane is enough, if slower, and is for what is
            // needed now.
            mayPrepare = false
            await abandonUpcoming()
        }
        return nil
    }

    /// Begins another window once it is time. The current one has been read, so one of the two lanes is free.
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

    /// - Parameter count: how many events the window was asked to have.
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
        // Their results do not matter: nobody needs them any more.
        for window in windows { _ = await window.reading.result }
    }
}
