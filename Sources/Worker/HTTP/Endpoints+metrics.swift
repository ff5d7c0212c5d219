import HTTPTypes
import Output
import Reporting

/// The identity of a worker, for its metrics.
package struct WorkerIdentity: Sendable {
    package let version: String
    /// When the worker started, in seconds since 1970.
    package let startedAt: Double

    package init(version: String, startedAt: Double) {
        self.version = version
        self.startedAt = startedAt
    }
}

extension Endpoints {
    func metricsAnswer() async -> Answer {
        let book = desk.book
        let probe = await readiness.last
        let use = ProcessUse.now()
        let entries = scheduler.schedule.entries
        let facts = WorkerFacts(
            version: facts.version, isReady: probe.problem == nil && !book.isStopping, lease: probe.lease,
            schedules: Job.allCases.map { job in
                WorkerFacts.Schedule(
                    job: job.rawValue, interval: entries[job].map { $0.interval / .seconds(1) } ?? 0,
                    failures: entries[job]?.failures ?? 0, missed: entries[job]?.missed ?? 0)
            },
            isRunning: book.current != nil, residentBytes: use.residentBytes, openDescriptors: use.openDescriptors,
            startedAt: self.facts.startedAt)
        return Answer(
            status: .ok, contentType: "text/plain; version=0.0.4; charset=utf-8", text: book.metrics.text(facts))
    }
}
