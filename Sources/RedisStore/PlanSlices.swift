package import HoldModel

/// The scripts that a plan too large for one goes in, one after the other: counts that take seats off sale, then hold
/// hashes and index, then counts that put seats on sale (design section 4).
package struct PlanSlices: Sendable, Hashable {
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

    /// The next slice, as a plan of its own; `nil` after the last.
    ///
    /// - Parameter keys: how many keys it may touch.
    package mutating func next(_ keys: Int) -> EventPlan? {
        if !tightening.isEmpty { return slice(counts: Self.take(keys, of: &tightening)) }
        if !holds.isEmpty { return slice(holds: Self.take(keys, of: &holds)) }
        if !raising.isEmpty { return slice(counts: Self.take(keys, of: &raising)) }
        return nil
    }

    private func slice(holds: [HoldChange] = [], counts: [CountChange] = []) -> EventPlan {
        EventPlan(event: event, standing: .differs, findings: [], holds: holds, counts: counts)
    }

    private static func take<Change>(_ count: Int, of changes: inout ArraySlice<Change>) -> [Change] {
        defer { changes = changes.dropFirst(count) }
        return Array(changes.prefix(count))
    }
}
