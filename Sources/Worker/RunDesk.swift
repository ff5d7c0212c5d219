import HoldModel
package import Logging
package import Reconciliation
package import Reporting
import Synchronization

/// Accepts orders for runs and runs them, one at a time. Orders come from the schedule, over HTTP, and from the
/// Functions host.
package final class RunDesk: Sendable {
    /// Runs a job and returns its report; the stop request ends it at its next whole step.
    package typealias Work = @Sendable (Job, StopRequest) async -> RunReport
    /// Wraps one run, to set values that all its code can read, such as its trace.
    package typealias Scope = @Sendable (_ run: @Sendable () async -> Void) async -> Void

    enum Answer: Sendable, Hashable {
        case accepted(RunID)
        case busy(with: RunID)
        case stopping
    }

    private let work: Work
    private let scope: Scope
    private let timeLimit: Duration?
    private let logger: Logger
    private let state = Mutex(RunBook())
    private let orders: AsyncStream<RunBook.Current>
    private let accepted: AsyncStream<RunBook.Current>.Continuation

    /// - Parameter timeLimit: how long each run may take; `nil` for as long as it needs.
    package init(
        timeLimit: Duration?, logger: Logger, scope: @escaping Scope = { await $0() }, _ work: @escaping Work
    ) {
        self.work = work
        self.scope = scope
        self.timeLimit = timeLimit
        self.logger = logger
        (orders, accepted) = AsyncStream.makeStream()
    }

    /// Runs accepted orders until ``stop()``.
    func serve() async {
        for await order in orders { await scope { await self.run(order) } }
        // Where this was broken off, an accepted order may be left that nobody will run.
        for waiter in state.withLock({ $0.abandon() }) { waiter.resume(returning: nil) }
    }

    /// Accepts no more, and ends the run under way.
    func stop() {
        state.withLock { $0.stop(because: "the worker is stopping") }
        accepted.finish()
    }

    /// Orders a run, unless one is under way.
    func order(_ job: Job, from origin: RunOrigin) -> Answer {
        let current = state.withLock { book -> Result<RunBook.Current, Refusal> in
            if book.isStopping { return .failure(Refusal(answer: .stopping)) }
            if let current = book.current { return .failure(Refusal(answer: .busy(with: current.id))) }
            return .success(book.begin(job, from: origin, StopRequest(after: timeLimit)))
        }
        switch current {
        case .failure(let refusal): return refusal.answer
        case .success(let current):
            accepted.yield(current)
            return .accepted(current.id)
        }
    }

    /// Waits for the end of a run.
    ///
    /// - Returns: `nil` where the run is not known, or will not take place because the worker stops.
    func end(of id: RunID) async -> EndedRun? {
        await withCheckedContinuation { waiter in
            let known = state.withLock { book -> EndedRun?? in
                if book.current?.id != id { return .some(book.ended(id)) }
                book.waiters.append(waiter)
                return .none
            }
            if let known { waiter.resume(returning: known) }
        }
    }

    /// A copy of all that is known of the runs.
    var book: RunBook {
        state.withLock { $0 }
    }

    private struct Refusal: Error {
        let answer: Answer
    }

    private func run(_ order: RunBook.Current) async {
        logger.info(
            "run begins",
            metadata: ["run": "\(order.id)", "job": "\(order.job.rawValue)", "origin": "\(order.origin.rawValue)"])
        let report = await work(order.job, order.stop)
        let ended = EndedRun(id: order.id, job: order.job, origin: order.origin, report: report)
        let waiters = state.withLock { $0.end(with: ended) }
        log(ended)
        for waiter in waiters { waiter.resume(returning: ended) }
    }

    private func log(_ run: EndedRun) {
        let report = run.report
        for warning in report.tally.warnings {
            logger.warning("run has a warning", metadata: ["run": "\(run.id)", "warning": .string(warning)])
        }
        let seconds = Double(report.finishedAt.milliseconds - report.startedAt.milliseconds) / 1000
        var metadata: Logger.Metadata = [
            "run": "\(run.id)", "job": "\(run.job.rawValue)", "result": "\(run.result.rawValue)",
            "exitStatus": .stringConvertible(report.exitStatus.rawValue), "seconds": .stringConvertible(seconds),
            "executed": .stringConvertible(report.executed),
            "categories": .stringConvertible(report.tally.scanned.categories),
        ]
        for (outcome, count) in report.tally.byOutcome { metadata[outcome.rawValue] = .stringConvertible(count) }
        let causes = report.tally.byCause.map { "\($0.key.rawValue) \($0.value.count)" }
        if !causes.isEmpty { metadata["causes"] = .string(causes.sorted().joined(separator: ", ")) }
        if let reason = run.reason { metadata["reason"] = "\(reason)" }
        let level: Logger.Level =
            switch run.result {
            case .failed: .error
            case .drift, .deferred: .warning
            case .busy, .stopped, .repaired, .clean: .info
            }
        logger.log(level: level, "run ended", metadata: metadata)
    }
}
