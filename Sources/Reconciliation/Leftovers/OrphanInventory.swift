import ChangeFiles
import HoldModel
import RedisStore

/// Settles orphan inventory: inventory hashes of categories that SQL does not have, which sell seats that do not exist.
/// Only a hash with the counts of a category is one; any other key under such a name is somebody else's, and stays.
struct OrphanInventory: Sendable {
    let store: HoldStore
    /// `nil` where nothing may be written.
    let repairs: HoldRepairs?
    let settings: RunSettings
    let disputes: DisputedCategories

    /// - Parameters:
    ///   - keys: the orphans of this shard.
    ///   - orphans: the number of all orphans.
    ///   - total: the number of all inventory hashes. Where most of them are orphans, it is more likely that the database is the
    ///     wrong one than that the platform is broken; then nothing is deleted without `--force`.
    func settle(
        _ keys: [[UInt8]], ofOrphans orphans: Int, ofKeys total: Int, _ tally: inout RunTally
    ) async throws {
        let found = try await own(among: keys, &tally)
        // Keys of others are no sign of a wrong database.
        let others = keys.count - found.count
        let isSuspicious = (orphans - others) * 2 > total - others && !settings.force
        for start in stride(from: 0, to: found.count, by: 1000) {
            var orphans = Array(found[start..<min(start + 1000, found.count)])
            orphans.removeAll { key, state in
                guard let objection = disputes.objection(to: store.keys.inventoryReadings(ofKey: key)) else {
                    return false
                }
                tally.record(finding(key, state, .refused, objection))
                return true
            }
            if !isSuspicious {
                orphans = try orphans.filter { key, state in
                    let item = PlannedItem(deleting: key, state)
                    switch try settings.course.ruling(on: item, why: [finding(key, state, .found)]) {
                    case .go, .noted: return true
                    case .beside: tally.beside += 1
                    case .moved: tally.record(finding(key, state, .moved))
                    }
                    return false
                }
            }
            guard let repairs, !isSuspicious else {
                for (key, state) in orphans {
                    tally.record(
                        finding(key, state, isSuspicious ? .refused : .found, isSuspicious ? Self.suspicion : nil))
                }
                continue
            }
            try await repairs.deleteInventory(orphans.map { (key: $0.0, fence: $0.1.fence) }) { outcomes in
                for ((key, state), became) in zip(orphans, outcomes) {
                    if let outcome = FindingOutcome(became) { tally.record(finding(key, state, outcome)) }
                }
            }
        }
    }

    /// Returns the present state of the orphans among the keys, and reports those that are not the platform's.
    private func own(
        among keys: [[UInt8]], _ tally: inout RunTally
    ) async throws -> [(key: [UInt8], state: InventoryState)] {
        var own: [(key: [UInt8], state: InventoryState)] = []
        var foreign = ForeignKeys()
        for start in stride(from: 0, to: keys.count, by: 1000) {
            let batch = Array(keys[start..<min(start + 1000, keys.count)])
            for (key, state) in zip(batch, try await store.inventory(at: batch)) {
                switch state {
                // A key that is gone by now needs nothing.
                case .absent: break
                case .hash(let fields) where fields.areCounts && !store.keys.inventoryReadings(ofKey: key).isEmpty:
                    own.append((key, state))
                case .hash, .otherType: foreign.add(key)
                }
            }
        }
        if let note = foreign.note("under inventory: that have no counts") { tally.record(note) }
        return own
    }

    private static let suspicion = "most inventory is unknown to SQL, is --postgres the right database? (--force)"

    /// - Parameter reason: why it is left.
    private func finding(
        _ key: [UInt8], _ state: InventoryState, _ outcome: FindingOutcome, _ reason: String? = nil
    ) -> Finding {
        let readings = store.keys.inventoryReadings(ofKey: key)
        // Ids with ':' make a key ambiguous; then the finding has only the key's name.
        let reading = readings.count == 1 ? readings.first : nil
        var seats: Int64 = 0
        var before = FindingState.otherType
        if case .hash(let fields) = state {
            seats = fields.counts.map { max($0.available, 0) } ?? 0
            before = .inventory(fields)
        }
        return Finding(
            .orphanInventory, event: reading?.event, category: reading?.category, seats: seats, before: before,
            after: .absent,
            detail: printable(key) + (reason.map { ": " + $0 } ?? ""),
            outcome: outcome)
    }
}
