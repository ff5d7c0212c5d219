package import HoldModel

/// The slices of a plan too large for one script, one after the other: counts that take seats off sale, then hold
/// hashes and index, then counts that put seats on sale (design section 4). Holds go in the order of their scores.
///
/// An absent inventory comes first as well, with nothing on sale. Without it the cleaner could release a hold into a
/// hash that has no total.
package struct PlanSlices: Sendable, Hashable {
    /// The phase of a slice. Slices of one phase may be in flight together; those of the next must wait for them.
    package enum Phase: Sendable, Hashable {
        /// Absent inventories, with nothing on sale; their planned counts follow.
        case preceding
        case tightening
        case holds
        case raising
        case done
    }

    /// The phases that are left, in their order.
    package var phases: [Phase] = [.preceding, .tightening, .holds, .raising]
    private let event: EventID
    private var preceding: ArraySlice<CountChange>
    private var tightening: ArraySlice<CountChange>
    private var holds: ArraySlice<HoldChange>
    private var raising: ArraySlice<CountChange>
    /// The indices of holds that a refill writes by itself, and not by these slices.
    private var newHolds: Range<Int>

    package init(_ plan: EventPlan) {
        self.init(plan.event, plan.counts, aroundHolds: !plan.holds.isEmpty, newHolds: 0..<0)
        // A sorted set takes members twice as fast in the order of their scores as in any other.
        holds = plan.holds.sorted { $0.index.order < $1.index.order }[...]
    }

    /// Makes the slices of an event's counts; the refill writes its holds by itself, see ``takeNewHolds(_:)``.
    package init(creating creation: EventCreation, of table: SnapshotTable) {
        let row = table.events[creation.event]
        let counts = zip(row.categories, creation.counts).map { place, counts in
            CountChange(
                category: table.identifier(table.categories[place].id), before: .absent,
                counts: counts, version: 1, raise: counts.available)
        }
        self.init(
            table.identifier(row.id), counts, aroundHolds: !creation.holds.isEmpty, newHolds: creation.holds.indices)
    }

    private init(_ event: EventID, _ counts: [CountChange], aroundHolds: Bool, newHolds: Range<Int>) {
        self.event = event
        self.newHolds = newHolds
        preceding = aroundHolds ? counts.compactMap(\.withoutSeatsOnSale)[...] : []
        // A hold whose inventory is gone would be released into one that has no total, so that goes after the holds.
        tightening = counts.filter { $0.raise <= 0 && $0.edit != .delete }[...]
        holds = []
        raising = counts.filter { $0.raise > 0 || $0.edit == .delete }.map { aroundHolds ? $0.afterThat : $0 }[...]
    }

    package var phase: Phase {
        phases.first { phase in
            switch phase {
            case .preceding: !preceding.isEmpty
            case .tightening: !tightening.isEmpty
            case .holds: !holds.isEmpty || !newHolds.isEmpty
            case .raising: !raising.isEmpty
            case .done: true
            }
        } ?? .done
    }

    /// Drops the rest: a slice has found Redis changed, or was not answered, so the rest would be wrong.
    package mutating func end() {
        phases = []
    }

    /// Returns the next holds that the refill has to write; `nil` where other slices come first, and after the last.
    package mutating func takeNewHolds(_ count: Int = .max) -> Range<Int>? {
        guard phase == .holds, !newHolds.isEmpty else { return nil }
        defer { newHolds = newHolds.dropFirst(count) }
        return newHolds.prefix(count)
    }

    /// Returns the next slice as a plan; `nil` after the last, and where new holds come first.
    ///
    /// - Parameter keys: how many keys it may touch.
    package mutating func next(_ keys: Int) -> EventPlan? {
        switch phase {
        case .preceding: slice(counts: Self.take(keys, of: &preceding))
        case .tightening: slice(counts: Self.take(keys, of: &tightening))
        case .holds: newHolds.isEmpty ? slice(holds: Self.take(keys, of: &holds)) : nil
        case .raising: slice(counts: Self.take(keys, of: &raising))
        case .done: nil
        }
    }

    /// Returns the next slices of the present phase, as many as may go together.
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

extension IndexEdit {
    /// The score; edits without one come first.
    fileprivate var order: Int64 {
        if case .score(let score) = self { score } else { .min }
    }
}

extension CountChange {
    /// For an absent hash that would put seats on sale, the same change with none on sale, and the version before; else
    /// `nil`.
    fileprivate var withoutSeatsOnSale: CountChange? {
        guard raise > 0, before == .absent, edit == .write else { return nil }
        var counts = counts
        counts.available = 0
        return CountChange(category: category, before: before, counts: counts, version: version - 1, raise: 0)
    }

    /// The change that follows ``withoutSeatsOnSale``, unless the platform has changed the counts since.
    fileprivate var afterThat: CountChange {
        guard let first = withoutSeatsOnSale else { return self }
        return CountChange(
            category: category, before: InventoryState(first), counts: counts, version: version, raise: raise)
    }
}
