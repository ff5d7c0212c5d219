import ChangeFiles
import HoldModel
import PostgresSource
import RedisStore

extension ChangeCourse {
    /// Leaves out events that the approved plan does not have.
    func leaveOut(_ suspects: inout [Suspect], _ tally: inout RunTally) {
        guard case .approved(let plan) = self else { return }
        let count = suspects.count
        suspects.removeAll { !plan.has(.event($0.event)) }
        tally.beside += count - suspects.count
    }
}

/// Holds proved changes of events against an approved plan, or notes them in one.
extension EventSettlement {
    /// Whether a proved change is to be written, or told as what would be written; it is recorded where it is not.
    func isDirected(_ look: EventLook, _ tally: inout RunTally) throws -> Bool {
        switch try settings.course.ruling(on: PlannedItem(look.plan), why: look.plan.findings) {
        case .go, .noted: return true
        case .beside:
            tally.beside += 1
            return false
        case .moved(let planned):
            tally.moved += 1
            for finding in planned.differences(from: look) { tally.record(finding) }
            return false
        }
    }

    /// Whether an event may be written from its rows: there is no plan, or it has exactly this.
    ///
    /// - Parameter plan: of the event; it is asked for only where there is a plan.
    func approves(_ plan: @autoclosure () -> EventPlan) throws -> Bool {
        guard settings.course.isByItem else { return true }
        let plan = plan()
        return try settings.course.ruling(on: PlannedItem(plan), why: plan.findings) == .go
    }
}
