package import ChangeFiles
import HoldModel

/// What becomes of a change that a run has proved.
package enum ChangeCourse: Sendable {
    /// It is written where the run has the writing side, and told where it has not.
    case direct
    /// It is noted in a plan, and not written.
    case plan(PlanWriter)
    /// It is written, or told, where the approved plan has exactly this change, or this is the rest of it; no other is.
    case approved(ApprovedPlan)
    /// It goes back to what a journal has; see `Policy.undoing`.
    case undo(Journal)

    package enum Ruling: Sendable, Hashable {
        /// Write it, or tell it.
        case go
        /// It is in the plan now: tell it.
        case noted
        /// The approved plan has another change of the same subject.
        case moved(PlannedItem)
        /// The approved plan has nothing of this.
        case beside
    }

    /// Whether changes go item by item: each whole, by its proof, and none that is not the same at a second look.
    var isByItem: Bool { if case .direct = self { false } else { true } }

    /// Decides on a change.
    ///
    /// - Parameter findings: why it is made.
    /// - Throws: `UnusableFile` where the plan cannot be written, or where it cannot be read any more.
    func ruling(on item: @autoclosure () -> PlannedItem, why findings: [Finding]) throws -> Ruling {
        switch self {
        case .direct, .undo: return .go
        case .plan(let writer):
            try writer.add(item(), why: findings)
            return .noted
        case .approved(let plan):
            let item = item()
            return Self.ruling(on: item, planned: try plan.item(of: item.subject))
        }
    }

    /// Decides on a change by what an approved plan has of its subject: the same, or the rest of it where a run was killed
    /// between two slices.
    package static func ruling(on item: PlannedItem, planned: PlannedItem?) -> Ruling {
        guard let planned else { return .beside }
        return item.isRest(of: planned) ? .go : .moved(planned)
    }
}
