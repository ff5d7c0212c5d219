import Reconciliation
package import Reporting

/// Who ordered a run.
package enum RunOrigin: String, Sendable {
    case schedule
    case request
    case function
}

/// A run that is over.
package struct EndedRun: Sendable {
    package let id: RunID
    package let job: Job
    package let origin: RunOrigin
    package let report: RunReport

    package var result: RunResult {
        RunResult(report)
    }

    /// Why it came to less than a whole run, in words; `nil` where it did not.
    package var reason: String? {
        report.error ?? report.tally.stoppedBecause
    }

    /// What the schedule makes of it.
    package var ending: Schedule.Ending {
        switch result {
        case .failed: .failed(reason ?? "the run ended with status \(report.exitStatus.rawValue)")
        case .busy: .busy(reason ?? "another run holds the lease")
        case .stopped, .deferred, .drift, .repaired, .clean: .done
        }
    }
}
