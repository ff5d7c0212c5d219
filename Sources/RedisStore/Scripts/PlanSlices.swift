package import HoldModel

/// The scripts that a plan too large for one goes in, one after the other: counts that take seats off sale, then hold
/// hashes and index, then counts that put seats on sale (design section 4). Holds go by the score of their member.
///
/// An inventory that is not there comes first as well, with nothing on sale: a hold whose seats are in no `pending` would
/// be released by the cleaner into a hash that has no total.
package struct PlanSlices: Sendable, Hashable {
    /// What the next slice is about. Slices of one phase may be on their way together, those of the next must wait.
    package enum Phase: Sendable, Hashable {
        /// Inventories that are not there, with nothing on sale; what is planned for them follows.
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
    /// Holds that are written by other means, by their places.
    private var newHolds: Range<Int>

    package init(_ plan: EventPlan) {
        self.init(plan.event, plan.counts, aroundHolds: !plan.holds.isEmpty, newHolds: 0..<0)
        // A sorted set takes members twice as fast in the order of their scores as in any other.
        holds = plan.holds.sorted { $0.index.order < $1.index.order }[...]
    }

    /// The counts of an event whose holds are written by other means; see ``takeNewHolds(_:)``.
    package init(creating creation: EventCreation, of table: SnapshotTable) {
        let row = table.events[creation.event]
        let counts = zip(row.categories, creation.counts).map { place, counts in
            CountChange(
                category: table.identifier(table.categories[place].id), fence: InventoryState.absent.fence,
                counts: counts, version: 1, raise: counts.available)
        }
        self.init(
            table.identifier(row.id), counts, aroundHolds: !creation.holds.isEmpty, newHolds: creation.holds.indices)
    }

    private init(_ event: EventID, _ counts: [CountChange], aroundHolds: Bool, newHolds: Range<Int>) {
        self.event = event
        self.newHolds = newHolds
        preceding = aroundHolds ? counts.compactMap(\.withoutSeatsOnSale)[...] : []
        tightening = counts.filter { $0.raise <= 0 }[...]
        holds = []
        raising = counts.filter { $0.raise > 0 }.map { aroundHolds ? $0.afterThat : $0 }[...]
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

    /// A slice has found Redis changed, or was not answered: what is left would be wrong.
    package mutating func end() {
        phases = []
    }

    /// The next holds that are written by other means; `nil` where other slices come first, and after the last.
    package mutating func takeNewHolds(_ count: Int = .max) -> Range<Int>? {
        guard phase == .holds, !newHolds.isEmpty else { return nil }
        defer { newHolds = newHolds.dropFirst(count) }
        return newHolds.prefix(count)
    }

    /// The next slice, as a plan of its own; `nil` after the last, and where new holds come first.
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

extension IndexEdit {
    /// The score; those without one come first.
    fileprivate var order: Int64 {
        if case .score(let score) = self { score } else { .min }
    }
}

extension CountChange {
    /// Where the hash is absent and would put seats on sale: the same with none of them, of the version before; else
    /// `nil`.
    fileprivate var withoutSeatsOnSale: CountChange? {
        guard raise > 0, fence == InventoryState.absent.fence else { return nil }
        var counts = counts
        counts.available = 0
        return CountChange(category: category, fence: fence, counts: counts, version: version - 1, raise: 0)
    }

    /// What follows ``withoutSeatsOnSale``, unless the platform has changed the counts since.
    fileprivate var afterThat: CountChange {
        guard let before = withoutSeatsOnSale else { return self }
        return CountChange(
            category: category, fence: InventoryState(before).fence, counts: counts, version: version, raise: raise)
    }
}
