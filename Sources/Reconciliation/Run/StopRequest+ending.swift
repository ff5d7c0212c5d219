extension StopRequest {
    /// Whether an error comes only from this request, because ``ending(_:)`` has cancelled a task.
    func hasCut(_ error: any Error) -> Bool {
        error is CancellationError && cause != nil
    }

    /// How long after the request a run has for its step. It is enough for any step, unless a statement waits for a
    /// lock, or a server does not answer: for these the run does not wait.
    private static let grace = Duration.seconds(2)

    /// Runs `body`, and cancels its task where it goes on after ``grace``. That cancels its SQL statement; a write to
    /// Redis still ends by itself.
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
                    // The body ended first.
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
