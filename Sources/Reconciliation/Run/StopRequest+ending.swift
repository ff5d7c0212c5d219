extension StopRequest {
    /// Whether an error is nothing but this request's: a task that ``ending(_:)`` has cancelled.
    func hasCut(_ error: any Error) -> Bool {
        error is CancellationError && cause != nil
    }

    /// How long after the request a run has for its step. It is enough for every step that nobody holds up; a statement that
    /// waits for a lock, or a server that does not answer, is not waited for any longer.
    private static let grace = Duration.seconds(2)

    /// Runs `body`, and cancels its task where it goes on after ``grace``: its SQL statement is cancelled, what it writes to
    /// Redis comes to an end of its own.
    ///
    /// - Throws: what `body` throws.
    func ending<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                do {
                    try await self.wait()
                    try await Task.sleep(for: Self.grace)
                } catch is CancellationError {
                    // The body has ended before.
                }
                return nil
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                if let value = ended { return value }
                group.cancelAll()
            }
            throw CancellationError()
        }
    }
}
