import Reconciliation
package import Reporting

/// The origin of a run's order.
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

    /// Why it is not a whole run, in words; `nil` where it is.
    package var reason: String? {
        report.error ?? report.tally.stoppedBecause
    }

    /// How it ended, as far as the schedule depends on it.
    package var ending: Schedule.Ending {
        switch result {
        case .failed: .failed(reason ?? "the run ended with status \(report.exitStatus.rawValue)")
        case .busy: .busy(reason ?? "another run holds the lease")
        case .stopped, .deferred, .drift, .repaired, .clean: .done
        }
    }
}
