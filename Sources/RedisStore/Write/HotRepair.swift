package import HoldModel

/// The order of a repair of an event that never stands still: first its holds, each by compare-and-set, then its counts
/// by increments. In between fewer seats are on sale, never more.
package struct HotRepair: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case holds
        case counts
    }

    package let event: EventID
    package let holds: [HoldChange]
    package let shifts: [CountShift]
    private var parts: ArraySlice<Part>

    package init(
        _ event: EventID, holds: [HoldChange], shifts: [CountShift], parts: [Part] = [.holds, .counts]
    ) {
        (self.event, self.holds, self.shifts) = (event, holds, shifts)
        self.parts = parts[...]
    }

    /// What is to be written next; `nil` where nothing is.
    package var next: Part? { parts.first }

    /// The holds, as a plan of their own.
    package var plan: EventPlan {
        EventPlan(event: event, standing: .differs, findings: [], holds: holds, counts: [])
    }

    /// Notes an outcome. A part that was not written ends the repair, since the counts belong to the holds as they were
    /// seen.
    package mutating func take(_ outcome: ApplyOutcome) {
        if outcome == .applied { parts.removeFirst() } else { parts = [] }
    }
}
