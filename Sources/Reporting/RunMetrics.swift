import HoldModel
import Output
import Reconciliation
import RedisStore

/// The sums over all runs of a process, for a monitoring system.
///
/// Every series is there from the start, at zero, so that a rate over the first run is not lost. No label comes from
/// data, so the number of series never changes.
package struct RunMetrics: Sendable {
    struct Job: Sendable {
        var results: [RunResult: Int] = [:]
        var durations = Histogram(bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600])
        /// Zero before the first.
        var lastRun = Timestamp(milliseconds: 0)
        /// The tally of the last run that looked at every event, for all that this job looks for, whatever it found.
        var lastPass = RunTally(maxFindings: 0)
        /// The last such run that found nothing; zero before the first.
        var lastCleanPass = Timestamp(milliseconds: 0)
    }

    /// By command name.
    private(set) var jobs: [String: Job]
    private(set) var byOutcome: [FindingOutcome: Int] = [:]
    private(set) var events: [String: Int] = [:]
    private(set) var scriptTimes = Histogram(bounds: ScriptTimes.bounds)
    /// The tally of the last whole pass of any job.
    private(set) var lastPass = RunTally(maxFindings: 0)

    /// - Parameter commands: those that may be recorded.
    package init(commands: [String]) {
        jobs = Dictionary(uniqueKeysWithValues: commands.map { ($0, Job()) })
    }

    /// Adds a run that has ended. Runs of commands that were not named at the start are left out.
    package mutating func record(_ report: RunReport) {
        guard var job = jobs[report.command] else { return }
        let result = RunResult(report)
        job.results[result, default: 0] += 1
        job.durations.record(Double(report.finishedAt.milliseconds - report.startedAt.milliseconds) / 1000)
        job.lastRun = report.finishedAt
        jobs[report.command] = job
        byOutcome.merge(report.tally.byOutcome, uniquingKeysWith: +)
        events.merge(report.tally.eventsByOutcome, uniquingKeysWith: +)
        scriptTimes.add(counts: report.scriptTimes.counts, total: report.scriptTimes.total / .seconds(1))
        // A run that ended early has not seen everything.
        guard report.isWholePass, ![.failed, .busy, .stopped].contains(result) else { return }
        lastPass = report.tally
        // A rebuild is a check as well. A check does not look for all that a rebuild finds, so it must not replace
        // that.
        for name in Set([report.command, "check"]) where jobs[name] != nil {
            jobs[name]?.lastPass = report.tally
            if result == .clean { jobs[name]?.lastCleanPass = report.finishedAt }
        }
    }

    /// The jobs that look at every event: a purge sees the index alone.
    var passes: [(name: String, job: Job)] {
        jobs.filter { RunReport.isPass($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

extension RunReport {
    fileprivate var isWholePass: Bool {
        Self.isPass(command) && tally.scanned.categories > 0
    }

    /// Whether runs of a command are to look at every event: of the worker's jobs, all but the purge of the index.
    fileprivate static func isPass(_ command: String) -> Bool {
        command != "purge"
    }
}

extension RunTally {
    func noted(of cause: Cause) -> Int {
        (byCause[cause]?.count ?? 0) - (driftByCause[cause]?.count ?? 0)
    }

    /// The number of events for each outcome, by its name.
    var eventsByOutcome: [String: Int] {
        [
            "unchanged": unchanged, "differing": differing, "applied": applied, "moved": moved,
            "deferred": deferred, "refused": refused, "unknown": unknown,
        ]
    }
}
