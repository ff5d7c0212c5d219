package import HoldModel

/// Reads the pages of a walk over events, on a connection and a thread of its own: while rows of one snapshot are on their
/// way, the connection can be asked nothing else.
package actor PageReader {
    private let executor: ThreadExecutor
    private let settings: PostgresSettings
    private var handle: ConnectionHandle?
    private var walk: SnapshotWalk?

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    init(_ settings: PostgresSettings) {
        executor = ThreadExecutor(label: "pages")
        self.settings = settings
    }

    /// The next page of the walk. Pages that follow one another share a snapshot, whose rows are read once and in order,
    /// until it is too old.
    ///
    /// - Parameters:
    ///   - events: the page, in byte order.
    ///   - ahead: the events that will be asked for next, in byte order.
    ///   - age: how long a snapshot serves, unless it took the server long to begin it.
    /// - Returns: the page without what ``PostgresSource/completing(_:tokens:)`` adds.
    package func page(of events: [EventID], ahead: ArraySlice<EventID>, age: Duration) async throws -> EventPage {
        try Task.checkCancellation()
        let walk = try connected()
        let canceller = handle?.canceller
        return try await withTaskCancellationHandler {
            try read(events, ahead, age, walk)
        } onCancel: {
            canceller?.requestCancel()
        }
    }

    func close() {
        walk = nil
        handle = nil
    }

    /// Connects when the first page is asked for.
    private func connected() throws -> SnapshotWalk {
        preconditionIsolated()
        if let walk { return walk }
        let handle = try ConnectionHandle(opening: settings)
        let walk = SnapshotWalk(handle)
        (self.handle, self.walk) = (handle, walk)
        return walk
    }

    /// A method of the actor, not a closure: see ``PostgresSource``.
    private func read(
        _ events: [EventID], _ ahead: ArraySlice<EventID>, _ age: Duration, _ walk: SnapshotWalk
    ) throws -> EventPage {
        preconditionIsolated()
        do {
            return try walk.page(of: events, ahead: ahead, age: age)
        } catch {
            // What PostgreSQL says of a statement that was cancelled is not what went wrong.
            try Task.checkCancellation()
            throw error
        }
    }
}
