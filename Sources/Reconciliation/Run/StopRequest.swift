import Synchronization

/// Tells a run to end at its next whole step, because a signal came or its time is over.
package final class StopRequest: Sendable {
    private let reason = Mutex<String?>(nil)
    private let deadline: ContinuousClock.Instant?

    /// - Parameter limit: how long the run may take; `nil` for as long as it needs.
    package init(after limit: Duration? = nil) {
        deadline = limit.map { ContinuousClock.now + $0 }
    }

    package func stop(because reason: String) {
        self.reason.withLock { $0 = $0 ?? reason }
    }

    /// Why the run should end, in words; `nil` while it need not.
    package var cause: String? {
        if let given = reason.withLock({ $0 }) { return given }
        return deadline.map { ContinuousClock.now >= $0 } ?? false ? "--time-limit is reached" : nil
    }

    /// Waits until the run should end.
    ///
    /// - Throws: `CancellationError`.
    func wait() async throws {
        while cause == nil { try await Task.sleep(for: .milliseconds(100)) }
    }

    /// Sleeps until `due`, or until the run should end, so that a stop does not wait for a pause.
    ///
    /// - Throws: `CancellationError`.
    package func sleep(until due: ContinuousClock.Instant) async throws {
        while ContinuousClock.now < due, cause == nil {
            try await Task.sleep(until: min(due, ContinuousClock.now + .milliseconds(100)))
        }
    }
}
