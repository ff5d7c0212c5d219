package import HoldModel

/// The progress of an event that is created in transactions: which part is written next, first its inventories, then
/// its holds. So the seats of holds are in `pending` before anything can release them. If a run ends in between, the
/// next one writes the holds.
package struct CreationProgress: Sendable, Hashable {
    /// What one transaction writes.
    package enum Part: Sendable, Hashable {
        case inventories
        case holds
    }

    /// What became of a part.
    package enum Answer: Sendable, Hashable {
        case written
        /// The keys at these indices of the part existed; the others were written.
        case met([Int])
        /// Some index members existed, perhaps with other scores; all else was written.
        case membersMet
        /// An error came instead of an answer, so the part may have been written.
        case unknown
        /// The lease was renewed during each attempt, so the part was not written.
        case refused
    }

    package static let parts: [Part] = [.inventories, .holds]

    private var left: ArraySlice<Part>
    /// The answer of the first part that was not written as it should be. Nothing follows it: there must be no holds
    /// beside an inventory whose counts may not include them.
    private var ending: Answer?

    package init(hasHolds: Bool, parts: [Part] = Self.parts) {
        left = hasHolds ? parts[...] : [.inventories]
    }

    /// The next part to write; `nil` where there is none.
    package var next: Part? { ending == nil ? left.first : nil }

    package mutating func take(_ answer: Answer) {
        if answer == .written { left.removeFirst() } else { ending = answer }
    }

    /// What became of the event.
    package func outcome(of creation: EventCreation, in table: SnapshotTable, _ keys: KeySpace) -> ApplyOutcome {
        let (counts, holds) = (creation.counts.indices, creation.holds.indices)
        func part(counts: some Sequence<Int> = [], holds: some Sequence<Int> = []) -> PlanPart {
            creation.part(holds: holds, counts: counts, in: table)
        }
        switch (left.first, ending) {
        case (nil, _): return .applied
        case (.inventories, .met(let met)):
            let row = table.events[creation.event]
            let category = table.categories[row.categories[row.categories.startIndex + met[0]]].id
            let key = keys.inventory(table.identifier(row.id), table.identifier(category))
            if met.count == counts.count { return .moved(key: key) }
            return .cut(key: key, written: part(counts: counts.filter { !met.contains($0) }))
        case (.inventories, .unknown): return .interrupted(unknown: part(counts: counts))
        case (.inventories, _): return .interrupted()
        case (.holds, .met(let met)):
            let key = keys.hold(table.identifier(table.orders[creation.holds[met[0]].order].token))
            return .cut(key: key, written: part(counts: counts, holds: holds.filter { !met.contains($0) }))
        case (.holds, .membersMet): return .cut(key: keys.index, written: part(counts: counts, holds: holds))
        case (.holds, .unknown): return .interrupted(written: part(counts: counts), unknown: part(holds: holds))
        case (.holds, .refused): return .cut(key: keys.lease, written: part(counts: counts))
        case (.holds, _): return .interrupted(written: part(counts: counts))
        }
    }
}
