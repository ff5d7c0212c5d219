import HoldModel

/// A connection on a thread of its own that reads one window at a time: while its rows are on their way, the connection
/// can be asked nothing else.
actor WindowLane {
    private let executor = ThreadExecutor(label: "pages")
    private let settings: PostgresSettings
    private var handle: ConnectionHandle?
    private var window: SnapshotWindow?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    init(_ settings: PostgresSettings) {
        self.settings = settings
    }

    /// Opens a window. A standby may give its snapshot up for its primary's changes; then it is opened anew, three times at
    /// the most.
    ///
    /// - Parameters: see ``SnapshotWindow/init(of:age:on:)``.
    func open(_ events: [EventID], age: Duration) async throws -> WindowLife {
        try connect()
        return try await cancelling { lane in
            for _ in 1...2 {
                do {
                    return try lane.openWindow(events, age)
                } catch let error as PostgresError where error.sqlState == "40001" {
                    continue
                }
            }
            return try lane.openWindow(events, age)
        }
    }

    /// The next of the window's events.
    func page(of count: Int) async throws -> EventPage {
        try await cancelling { try $0.readPage(count) }
    }

    /// Leaves what of the window was not read.
    func leaveWindow() {
        preconditionIsolated()
        window?.leave()
        window = nil
    }

    func close() {
        window = nil
        handle = nil
    }

    /// Connects, where that was not done yet.
    func connect() throws {
        preconditionIsolated()
        try Task.checkCancellation()
        if handle == nil { handle = try ConnectionHandle(opening: settings) }
    }

    // Methods of the actor, not closures: see ``PostgresSource``.

    private func openWindow(_ events: [EventID], _ age: Duration) throws -> WindowLife {
        preconditionIsolated()
        guard let handle else { throw closed }
        leaveWindow()
        let opened = try SnapshotWindow(of: events, age: age, on: handle)
        window = opened
        return opened.life
    }

    private func readPage(_ count: Int) throws -> EventPage {
        preconditionIsolated()
        guard let window else { throw closed }
        do {
            return try window.page(of: count)
        } catch {
            self.window = nil
            throw error
        }
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
                // What PostgreSQL says of a statement that was cancelled is not what went wrong.
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
