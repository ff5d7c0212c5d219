import HoldModel
import RedisStore

/// Records plans in the tally: their findings, with what became of the plan.
extension RunTally {
    /// Records a plan's findings with its outcome; those that have an outcome of their own keep it.
    ///
    /// What was written is on the bill by ``recordPart(of:_:)``.
    mutating func record(_ plan: EventPlan, as outcome: FindingOutcome) {
        if outcome == .found || outcome == .moved { bill.take(plan) }
        for var finding in plan.findings {
            if finding.outcome == .found { finding.outcome = outcome }
            record(finding)
        }
    }

    /// Counts an event that agrees when it is looked at again. If this run has written it, the write has held.
    mutating func countAgreeing(_ suspect: Suspect) {
        if suspect.isWritten {
            applied += 1
            verified += 1
        } else {
            unchanged += 1
        }
    }

    /// Records an event that was written from its rows.
    mutating func recordApplied(_ creation: EventCreation, of table: SnapshotTable) {
        applied += 1
        bill.takeRefilled(creation.counts.map(\.available)) { table.identifier(table.events[creation.event].id) }
        var (count, seats) = creation.findingTotals(in: table)
        for var finding in creation.findings(in: table, atMost: room) {
            finding.outcome = .applied
            record(finding)
            count -= 1
            seats -= finding.seats
        }
        if count > 0 { record(CauseTotal(count: count, seats: seats), of: .lostHash, as: .applied) }
    }

    /// Records what was written of a plan, or may have been: on the bill, and as findings where it is not all of the plan.
    mutating func recordPart(of plan: EventPlan, _ outcome: ApplyOutcome) {
        switch outcome {
        case .applied: bill.take(plan)
        case .moved: return
        case .cut(_, let written):
            bill.take(plan, written)
            record(plan, written: written, unknown: PlanPart())
        case .interrupted(let written, let unknown):
            bill.take(
                plan,
                PlanPart(
                    holds: written.holds.union(unknown.holds), categories: written.categories.union(unknown.categories))
            )
            if !written.isEmpty || !unknown.isEmpty { self.unknown += 1 }
            record(plan, written: written, unknown: unknown)
        }
    }

    private mutating func record(_ plan: EventPlan, written: PlanPart, unknown: PlanPart) {
        for var finding in plan.findings where finding.outcome == .found {
            if written.contains(finding) {
                finding.outcome = .applied
            } else if unknown.contains(finding) {
                finding.outcome = .unknown
            } else {
                continue
            }
            record(finding)
        }
    }
}

extension FindingOutcome {
    /// - Returns: `nil` for a write that was not reached before an error.
    init?(_ outcome: WriteOutcome) {
        switch outcome {
        case .applied: self = .applied
        case .moved: self = .moved
        case .unknown: self = .unknown
        case .unwritten: return nil
        }
    }
}
