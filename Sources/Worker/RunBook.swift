import Reconciliation
package import Reporting

/// The runs that a worker knows: the one under way, the last few that ended, and the sums of all.
package struct RunBook: Sendable {
    /// How many reports are kept, so that memory is bounded.
    private static let kept = 16

    package struct Current: Sendable {
        package let id: RunID
        package let job: Job
        package let origin: RunOrigin
        let stop: StopRequest
    }

    package private(set) var current: Current?
    /// The last runs that ended, the oldest first.
    package private(set) var endedRuns: [EndedRun] = []
    /// The last run of each job. It may not be in ``endedRuns`` any more, as an hourly rebuild where a check runs every
    /// minute.
    private var lastByJob: [Job: EndedRun] = [:]
    package private(set) var metrics = RunMetrics(commands: Job.allCases.map(\.rawValue))
    package private(set) var isStopping = false
    var waiters: [CheckedContinuation<EndedRun?, Never>] = []

    package var last: EndedRun? {
        endedRuns.last
    }

    package func last(of job: Job) -> EndedRun? {
        lastByJob[job]
    }

    package func ended(_ id: RunID) -> EndedRun? {
        endedRuns.first { $0.id == id } ?? lastByJob.values.first { $0.id == id }
    }

    mutating func begin(_ job: Job, from origin: RunOrigin, _ stop: StopRequest) -> Current {
        let begun = Current(id: RunID(), job: job, origin: origin, stop: stop)
        current = begun
        return begun
    }

    /// - Returns: the continuations that wait for this end.
    mutating func end(with run: EndedRun) -> [CheckedContinuation<EndedRun?, Never>] {
        defer { waiters = [] }
        current = nil
        endedRuns = endedRuns.suffix(Self.kept - 1) + [run]
        lastByJob[run.job] = run
        metrics.record(run.report)
        return waiters
    }

    /// Gives up the order that was accepted, and accepts no more.
    ///
    /// - Returns: the continuations that wait for an end.
    mutating func abandon() -> [CheckedContinuation<EndedRun?, Never>] {
        defer { waiters = [] }
        isStopping = true
        current = nil
        return waiters
    }

    mutating func stop(because reason: String) {
        isStopping = true
        current?.stop.stop(because: reason)
    }
}
