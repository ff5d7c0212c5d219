package import HoldModel

/// How far an event has come that is created in transactions, and what is written next: its inventories first, then its holds.
/// So its holds' seats are pending before anything can release them, and where a run ends in between, the next one writes the
/// holds.
package struct CreationProgress: Sendable, Hashable {
    /// What one transaction writes.
    package enum Part: Sendable, Hashable {
        case inventories
        case holds
    }

    /// What became of a part.
    package enum Answer: Sendable, Hashable {
        case written
        /// Some keys were there, by their places among the part's; the others were written.
        case met([Int])
        /// Some index members were there, whose scores may be others; all else was written.
        case membersMet
        /// An error came instead of an answer, so it may be written.
        case unknown
        /// The lease was renewed under each attempt, so it is not.
        case refused
    }

    package static let parts: [Part] = [.inventories, .holds]

    private var left: ArraySlice<Part>
    /// The first part that was not written as it should be: nothing follows it, since holds must not stand beside an
    /// inventory whose counts may not know of them.
    private var ending: Answer?

    package init(hasHolds: Bool, parts: [Part] = Self.parts) {
        left = hasHolds ? parts[...] : [.inventories]
    }

    /// What is to be written next; `nil` where nothing is.
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
