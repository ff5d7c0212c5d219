/// The platform's PostgreSQL, read in read-only transactions on a connection and a thread of its own. Nothing is kept
/// on the connection from one transaction to the next, so it may be a pooler's.
///
/// Cancelling a task that waits for a query ends the query on the server.
package actor PostgresSource {
    private let executor: ThreadExecutor
    let settings: PostgresSettings
    let mark: ServerMark
    private var handle: ConnectionHandle?

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Connects, runs `body`, and closes.
    ///
    /// - Throws: ``PostgresError`` when the server cannot be reached, and whatever `body` throws.
    package static func withSource<Value: Sendable>(
        _ settings: PostgresSettings, _ body: (PostgresSource) async throws -> Value
    ) async throws -> Value {
        let source = PostgresSource(settings)
        try await source.connect()
        do {
            let value = try await body(source)
            await source.close()
            return value
        } catch {
            await source.close()
            throw error
        }
    }

    private init(_ settings: PostgresSettings) {
        executor = ThreadExecutor(label: "postgres")
        self.settings = settings
        mark = ServerMark(needsPrimary: settings.needsPrimary)
    }

    /// Connects, unless that was done before and the server has not closed the idle connection.
    private func connect() throws {
        if handle?.hasEnded ?? true { handle = try ConnectionHandle(settings, mark) }
    }

    private func close() {
        handle = nil
    }

    /// Runs `work` with the connection. A cancelled task ends the statement that is running.
    func query<Value: Sendable>(_ work: (ConnectionHandle) throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        if handle != nil { try connect() }
        let canceller = handle?.canceller
        return try await withTaskCancellationHandler {
            try perform(work)
        } onCancel: {
            canceller?.requestCancel()
        }
    }

    /// Runs the work on the actor's thread. It must be a method of the actor, not a closure in ``query(_:)``: a closure
    /// that does not need the actor may run on the cooperative pool, and a query would block one of its threads.
    private func perform<Value>(_ work: (ConnectionHandle) throws -> Value) throws -> Value {
        preconditionIsolated()
        guard let handle else {
            throw PostgresError.connectionLost(query: "any", target: "(closed)", message: "the session was closed")
        }
        do {
            return try work(handle)
        } catch {
            // If the task was cancelled, PostgreSQL's error about the statement is not the cause.
            try Task.checkCancellation()
            throw error
        }
    }
}
