/// How the counts of an event that never stands still are off at one instant, as a hot look shows it.
///
/// A leak is constant and traffic is not, so the same evidence in several looks is a finding (design section 4, step
/// 6).
package struct HotEvidence: Sendable, Hashable {
    /// What must be added to each category's counts.
    package let shifts: [CountShift]
    /// What is done to each hold that is changed.
    package let holds: [HoldToken: String]

    /// `nil` where an inventory hash cannot be repaired by increments: it is absent, or its fields are no numbers.
    package init?(_ plan: EventPlan, inventory: [CategoryID: InventoryState]) {
        var shifts: [CountShift] = []
        for change in plan.counts {
            guard case .hash(let fields)? = inventory[change.category], let counts = fields.counts,
                let shift = CountShift(category: change.category, from: counts, to: change.counts)
            else { return nil }
            shifts.append(shift)
        }
        self.shifts = shifts
        holds = Dictionary(
            plan.holds.map { ($0.token, $0.kind) }, uniquingKeysWith: { first, _ in first })
    }
}

/// The numbers to add to the counts of a category. Adding commutes with the platform's own increments.
package struct CountShift: Sendable, Hashable {
    package let category: CategoryID
    package let total: Int64
    package let sold: Int64
    package let pending: Int64

    /// Seats that the shift puts on sale.
    package var available: Int64 { total - sold - pending }

    init?(category: CategoryID, from old: Counts, to new: Counts) {
        let bound = greatestSeatCount
        let numbers = [old.total, old.sold, old.pending, new.total, new.sold, new.pending]
        guard numbers.allSatisfy({ $0.magnitude <= bound }) else { return nil }
        self.category = category
        total = new.total - old.total
        sold = new.sold - old.sold
        pending = new.pending - old.pending
    }
}

extension HoldChange {
    /// What is done, without the instant: two looks at one fault differ in that alone.
    fileprivate var kind: String {
        let edit =
            switch hash {
            case .keep: "keep"
            case .delete: "delete"
            case .date: "date"
            case .replace(let written): "write \(written.status.rawValue)"
            case .renew: "renew"
            case .whole: "whole"
            case .close(let status, _, let reason, _): "close \(status.rawValue) \(reason.rawValue)"
            }
        return switch index {
        case .keep: edit
        case .remove: edit + ", remove"
        case .score, .text: edit + ", score"
        }
    }
}
