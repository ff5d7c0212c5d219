import HoldModel

/// A connection on a thread of its own that reads one window at a time. While rows arrive the connection can do nothing
/// else, but other connections can.
actor WindowLane {
    private let executor = ThreadExecutor(label: "pages")
    private let settings: PostgresSettings
    private let mark: ServerMark
    /// How many bytes the rows of a window may take.
    private let room: Int
    private var handle: ConnectionHandle?
    /// The size of the last window's tables.
    private var extent = SnapshotTable.Extent()

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    init(_ settings: PostgresSettings, _ mark: ServerMark, room: Int) {
        self.settings = settings
        self.mark = mark
        self.room = room
    }

    /// Reads a window.
    ///
    /// - Parameters: see ``SnapshotWindow/init(of:limit:age:detail:room:like:on:)``.
    func window(of events: [EventID], limit: Int, age: Duration, detail: PageDetail) async throws -> SnapshotWindow {
        try connect()
        return try await cancelling { lane in try lane.read(events, limit, age, detail) }
    }

    func close() {
        handle = nil
    }

    /// Connects, unless that was done before and the server has not closed the idle connection.
    func connect() throws {
        preconditionIsolated()
        try Task.checkCancellation()
        if handle?.hasEnded ?? true { handle = try ConnectionHandle(settings, mark) }
    }

    // Methods of the actor, not closures: see ``PostgresSource``.

    private func read(
        _ events: [EventID], _ limit: Int, _ age: Duration, _ detail: PageDetail
    ) throws -> SnapshotWindow {
        preconditionIsolated()
        guard let handle else { throw closed }
        let window = try SnapshotWindow(
            of: events, limit: limit, age: age, detail: detail, room: room, like: extent, on: handle)
        extent = window.extent
        return window
    }

    /// Ends the statement that is running where the task is cancelled.
    private func cancelling<Value: Sendable>(
        _ work: (isolated WindowLane) throws -> Value
    ) async throws -> Value {
        let canceller = handle?.canceller
        return try await withTaskCancellationHandler {
            do {
                return try work(self)
            } catch {
                // If the task was cancelled, PostgreSQL's error about the statement is not the cause.
                try Task.checkCancellation()
                throw error
            }
        } onCancel: {
            canceller?.requestCancel()
        }
    }

    private var closed: PostgresError {
        .connectionLost(query: "any", target: "(closed)", message: "the session was closed")
    }
}
