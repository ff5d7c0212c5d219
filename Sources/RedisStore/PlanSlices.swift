package import HoldModel

/// The scripts that a plan too large for one goes in, one after the other: counts that take seats off sale, then hold
/// hashes and index, then counts that put seats on sale (design section 4).
package struct PlanSlices: Sendable, Hashable {
    /// What the next slice is about. Slices of one phase may be on their way together, those of the next must wait.
    enum Phase {
        case tightening
        case holds
        case raising
        case done
    }

    private let event: EventID
    private var tightening: ArraySlice<CountChange>
    private var holds: ArraySlice<HoldChange>
    private var raising: ArraySlice<CountChange>

    package init(_ plan: EventPlan) {
        event = plan.event
        tightening = plan.counts.filter { $0.raise <= 0 }[...]
        holds = plan.holds[...]
        raising = plan.counts.filter { $0.raise > 0 }[...]
    }

    var phase: Phase {
        if !tightening.isEmpty { return .tightening }
        if !holds.isEmpty { return .holds }
        return raising.isEmpty ? .done : .raising
    }

    /// The next slice, as a plan of its own; `nil` after the last.
    ///
    /// - Parameter keys: how many keys it may touch.
    package mutating func next(_ keys: Int) -> EventPlan? {
        switch phase {
        case .tightening: slice(counts: Self.take(keys, of: &tightening))
        case .holds: slice(holds: Self.take(keys, of: &holds))
        case .raising: slice(counts: Self.take(keys, of: &raising))
        case .done: nil
        }
    }

    /// The next slices of the phase that is on, as many as may go together.
    mutating func nextOfPhase(_ keys: Int, atMost count: Int) -> [EventPlan] {
        let current = phase
        var together: [EventPlan] = []
        while together.count < count, phase == current, let slice = next(keys) { together.append(slice) }
        return together
    }

    private func slice(holds: [HoldChange] = [], counts: [CountChange] = []) -> EventPlan {
        EventPlan(event: event, standing: .differs, findings: [], holds: holds, counts: counts)
    }

    private static func take<Change>(_ count: Int, of changes: inout ArraySlice<Change>) -> [Change] {
        defer { changes = changes.dropFirst(count) }
        return Array(changes.prefix(count))
    }
}
