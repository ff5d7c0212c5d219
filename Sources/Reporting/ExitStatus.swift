import HoldModel
package import Reconciliation
import RedisStore

/// How the program ends; bits add up (design section 7).
package struct ExitStatus: OptionSet, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    package static let failed = ExitStatus(rawValue: 1)
    /// Drift was found and not repaired.
    package static let drift = ExitStatus(rawValue: 2)
    /// Events moved or were unclear, and are left as they were.
    package static let unsettled = ExitStatus(rawValue: 4)
    package static let stoppedAtLimit = ExitStatus(rawValue: 8)
    package static let leaseHeld = ExitStatus(rawValue: 16)
    package static let nothingToLookAt = ExitStatus(rawValue: 32)
    package static let usage = ExitStatus(rawValue: 64)

    package init(_ tally: RunTally) {
        self = []
        if tally.driftLeft > 0 { insert(.drift) }
        let isOpen = [FindingOutcome.moved, .deferred].contains { tally.byOutcome[$0] != nil }
        if tally.moved > 0 || tally.deferred > 0 || isOpen { insert(.unsettled) }
        if tally.stoppedBecause != nil { insert(.stoppedAtLimit) }
    }

    /// The status of a run that an error ended.
    package init(_ error: any Error) {
        switch error {
        case RunRefusal.nothingToLookAt: self = .nothingToLookAt
        case LeaseLoss.taken(let owner) where !owner.isEmpty: self = .leaseHeld
        default: self = .failed
        }
    }
}
