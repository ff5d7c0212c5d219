import HoldModel
import Reconciliation

/// The result of a run in one word, the worst first. It is a label of metrics, which must have few values.
package enum RunResult: String, Sendable, CaseIterable {
    case failed
    /// Another run held the lease.
    case busy
    /// A signal or a limit ended it.
    case stopped
    /// Something moved or was unclear, and was left.
    case deferred
    /// Drift was found and not repaired.
    case drift
    case repaired
    case clean

    package init(_ report: RunReport) {
        let status = report.exitStatus
        if status.contains(.leaseHeld) {
            self = .busy
        } else if !status.isDisjoint(with: [.failed, .nothingToLookAt, .usage]) {
            self = .failed
        } else if status.contains(.stoppedAtLimit) {
            self = .stopped
        } else if status.contains(.unsettled) {
            self = .deferred
        } else if status.contains(.drift) {
            self = .drift
        } else {
            self = report.tally.byOutcome[.applied] == nil ? .clean : .repaired
        }
    }
}
