import HoldModel

/// How far an event has come that is created in transactions: its inventories first, then its holds. So its holds' seats are
/// pending before anything can release them, and where a run ends in between, the next one writes the holds.
enum CreationProgress: Sendable {
    case begun
    /// An error came instead of an answer, so the inventories may be there.
    case inventoriesUnknown
    /// Some inventories were there, by their places; the others were written, and no hold.
    case inventoriesMet([Int])
    case inventoriesWritten
    /// The inventories were written, and the holds may be there.
    case holdsUnknown
    /// The inventories were written, but the holds could not be: the lease was renewed under each attempt.
    case holdsRefused
    /// Some holds' keys were there, by their places; all else was written.
    case holdsMet([Int])
    /// Some index members were there, whose scores may be others; all else was written.
    case membersMet
    case done

    /// What became of the event.
    func outcome(of creation: EventCreation, in table: SnapshotTable, _ keys: KeySpace) -> ApplyOutcome {
        let counts = creation.counts.indices
        let holds = creation.holds.indices
        func part(counts: some Sequence<Int> = [], holds: some Sequence<Int> = []) -> PlanPart {
            creation.part(holds: holds, counts: counts, in: table)
        }
        switch self {
        case .begun: return .interrupted()
        case .inventoriesUnknown: return .interrupted(unknown: part(counts: counts))
        case .inventoriesMet(let met):
            let row = table.events[creation.event]
            let category = table.categories[row.categories[row.categories.startIndex + met[0]]].id
            let key = keys.inventory(table.identifier(row.id), table.identifier(category))
            if met.count == counts.count { return .moved(key: key) }
            return .cut(key: key, written: part(counts: counts.filter { !met.contains($0) }))
        case .inventoriesWritten: return .interrupted(written: part(counts: counts))
        case .holdsUnknown: return .interrupted(written: part(counts: counts), unknown: part(holds: holds))
        case .holdsRefused: return .cut(key: keys.lease, written: part(counts: counts))
        case .holdsMet(let met):
            let key = keys.hold(table.identifier(table.orders[creation.holds[met[0]].order].token))
            return .cut(key: key, written: part(counts: counts, holds: holds.filter { !met.contains($0) }))
        case .membersMet: return .cut(key: keys.index, written: part(counts: counts, holds: holds))
        case .done: return .applied
        }
    }
}
