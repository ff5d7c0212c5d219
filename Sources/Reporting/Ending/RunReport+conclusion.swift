import HoldModel
import Reconciliation

extension RunReport {
    /// The last line of the report for people: what the run came to.
    var conclusion: String {
        if let error { return "failed: \(error)" }
        if let cause = tally.stoppedBecause {
            if tally.needsConsent { return "stopped before any write: \(cause)" }
            return "partial: \(cause); "
                + (cause.hasPrefix("--max-")
                    ? "raise the limit, or name events by --event" : "run again to complete it")
        }
        let notes = tally.byOutcome[.noted] ?? 0
        let forPeople = notes == 0 ? "" : "; \(notes) note\(notes == 1 ? "" : "s") for people"
        if command == "undo" { return conclusionOfUndo + forPeople }
        if exitStatus.contains(.drift) {
            if !executed { return "drift found, nothing written\(forPeople)" }
            return (tally.byOutcome[.refused] ?? 0) > 0
                ? "drift is left that only people can judge\(forPeople)"
                : "drift is left: seats that would go back on sale were left out\(forPeople)"
        }
        if exitStatus.contains(.unsettled) {
            if tally.cleanup != nil, tally.deferred > 0 {
                return "some holds are left whose counts do not add up: rebuild --holds rebuild repairs them"
            }
            return command == "apply"
                ? "part of the plan does not fit any more or is unclear, and was left; make a new plan\(forPeople)"
                : "some events did not stand still or are unclear; run again\(forPeople)"
        }
        return (tally.byOutcome[.applied] ?? 0) > 0 ? "done\(forPeople)" : "clean\(forPeople)"
    }

    private var conclusionOfUndo: String {
        let left = "was left, and the details say why"
        if !executed, tally.byOutcome[.found] != nil {
            return "nothing written; with --execute this is taken back"
                + (exitStatus.contains(.unsettled) || tally.byOutcome[.refused] != nil ? ", but for what is left" : "")
        }
        if exitStatus.contains(.drift) || exitStatus.contains(.unsettled) {
            return tally.byOutcome[.applied] == nil
                ? "nothing was taken back; what is listed \(left)" : "done in part; the rest \(left)"
        }
        return tally.byOutcome[.applied] == nil ? "nothing to take back" : "done: taken back"
    }
}
