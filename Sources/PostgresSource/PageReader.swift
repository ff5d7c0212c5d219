package import HoldModel

/// Reads the pages of a walk over events. Pages that follow one another share a snapshot, whose rows are read once and in
/// order, until it is too old; the next snapshot is made ready on a second connection meanwhile, since joining and sorting
/// its rows takes as long as many pages.
package actor PageReader {
    /// The window that pages are read of.
    private struct Current {
        let lane: Int
        let life: WindowLife
        let since = ContinuousClock.now
        let events: [EventID]
        var used = 0

        var left: ArraySlice<EventID> { events[used...] }

        /// Whether what is left are these events, as far as both go.
        func goesOn(with ids: ArraySlice<EventID>) -> Bool {
            !left.isEmpty && left.prefix(ids.count).elementsEqual(ids.prefix(left.count))
        }
    }

    private struct Upcoming {
        let lane: Int
        let events: [EventID]
        let opening: Task<WindowLife, any Error>
    }

    /// The rows of a window ended before their time, which a new one may mend.
    private struct LostWindow: Error {
        let cause: PostgresError
    }

    private let lanes: [WindowLane]
    private var current: Current?
    private var upcoming: Upcoming?
    private var reach = WalkReach()
    /// Whether the server has a connection for the second lane.
    private var mayPrepare = true

    init(_ settings: PostgresSettings) {
        lanes = [WindowLane(settings), WindowLane(settings)]
    }

    /// The next page of the walk; one call at a time.
    ///
    /// - Parameters:
    ///   - ids: the events that come next, in byte order, as far as they are known; at least one.
    ///   - limit: how many of them at the most. A page ends where its snapshot does, so it may be fewer.
    ///   - age: how long a snapshot serves, unless it took the server long to begin it.
    /// - Returns: the page without what ``PostgresSource/completing(_:tokens:)`` adds.
    package func page(of ids: ArraySlice<EventID>, limit: Int, age: Duration) async throws -> EventPage {
        var losses = 0
        while true {
            do {
                return try await read(ids, limit, age)
            } catch let lost as LostWindow {
                losses += 1
                if losses == 3 { throw lost.cause }
            }
        }
    }

    func close() async {
        await abandonUpcoming()
        current = nil
        for lane in lanes { await lane.close() }
    }

    private func read(_ ids: ArraySlice<EventID>, _ limit: Int, _ age: Duration) async throws -> EventPage {
        try Task.checkCancellation()
        let window = try await window(for: ids, age)
        prepareNext(behind: window, ids, age)
        let count = min(limit, window.left.count, ids.count)
        do {
            let page = try await lanes[window.lane].page(of: count)
            current?.used += count
            if count == window.left.count { endCurrent() }
            return page
        } catch {
            current = nil
            // A standby gave the snapshot up for its primary's changes; or nobody took the rows, which counts as the
            // statement's time as well.
            if let error = error as? PostgresError, ["40001", "57014"].contains(error.sqlState) {
                throw LostWindow(cause: error)
            }
            throw error
        }
    }

    /// A window that goes on with these events: the current one, the one that was prepared, or a new one.
    private func window(for ids: ArraySlice<EventID>, _ age: Duration) async throws -> Current {
        if let window = current {
            if window.life.ends > .now, window.goesOn(with: ids) { return window }
            endCurrent()
            await lanes[window.lane].leaveWindow()
        }
        if let window = try await prepared(for: ids) { return window }
        // What was prepared may still be what comes next.
        if let next = upcoming?.events.first, !ids.contains(next) { await abandonUpcoming() }
        let next = upcoming?.events.first
        let events = Array(ids.prefix(reach.events).prefix { $0 != next })
        reach.snapshotBegun()
        let lane = upcoming?.lane == 0 ? 1 : 0
        // Of the connections that the server has left, the first is for what is needed now.
        try await lanes[lane].connect()
        // Nothing is known of the first, so the second need not wait for it.
        if upcoming == nil, reach.isUnknown { prepare(ids.dropFirst(events.count), on: 1 - lane, age) }
        return begin(events, on: lane, try await lanes[lane].open(events, age: age))
    }

    /// Takes what was prepared, where it goes on with these events.
    private func prepared(for ids: ArraySlice<EventID>) async throws -> Current? {
        guard let next = upcoming, ids.first == next.events.first else { return nil }
        upcoming = nil
        do {
            let life = try await withTaskCancellationHandler {
                try await next.opening.value
            } onCancel: {
                next.opening.cancel()
            }
            let window = begin(next.events, on: next.lane, life)
            if life.ends > .now, window.goesOn(with: ids) { return window }
            current = nil
            await lanes[next.lane].leaveWindow()
        } catch PostgresError.cannotConnect {
            // The role may have no connection left for a second lane; one will do, if slower.
            mayPrepare = false
        }
        return nil
    }

    /// Begins the window behind the current one when its time has come.
    private func prepareNext(behind window: Current, _ ids: ArraySlice<EventID>, _ age: Duration) {
        guard upcoming == nil,
            reach.mustPrepare(used: window.used, left: window.left.count, after: .now - window.since)
        else { return }
        prepare(ids.dropFirst(window.left.count), on: 1 - window.lane, age)
    }

    private func prepare(_ ids: ArraySlice<EventID>, on lane: Int, _ age: Duration) {
        let events = Array(ids.prefix(reach.events))
        if events.isEmpty || !mayPrepare { return }
        reach.snapshotBegun()
        let opening = Task { [lane = lanes[lane]] in try await lane.open(events, age: age) }
        upcoming = Upcoming(lane: lane, events: events, opening: opening)
    }

    private func begin(_ events: [EventID], on lane: Int, _ life: WindowLife) -> Current {
        reach.snapshotOpened(events.count, in: life.ready - life.began)
        let window = Current(lane: lane, life: life, events: events)
        current = window
        return window
    }

    private func endCurrent() {
        guard let window = current else { return }
        reach.snapshotEnded(
            used: window.used, left: window.left.count, after: .now - window.since, of: window.life.ends - window.since)
        current = nil
    }

    private func abandonUpcoming() async {
        guard let next = upcoming else { return }
        upcoming = nil
        next.opening.cancel()
        // Whether it was opened or has failed: nobody asks for it any more.
        _ = await next.opening.result
        await lanes[next.lane].leaveWindow()
    }
}
