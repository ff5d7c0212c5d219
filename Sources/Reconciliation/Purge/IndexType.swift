import ChangeFiles
import HoldModel
import RedisStore

/// Settles an index that is no sorted set. Such a key stops every acquire of the platform; a repair removes it and
/// builds the right index.
struct IndexType: Sendable {
    let store: HoldStore
    /// `nil` where nothing may be written.
    let repairs: HoldRepairs?
    let settings: RunSettings

    /// - Returns: whether there is an index to walk.
    /// - Throws: ``RunRefusal/anothersIndex(type:shards:)``.
    func settle(_ tally: inout RunTally) async throws -> Bool {
        let type = try await store.indexType()
        if type == "zset" || type == "none" { return type == "zset" }
        guard settings.shard.owns(store.keys.index) else {
            // Only one shard may remove it: when another one would, the right index may be there already.
            if repairs != nil { throw RunRefusal.anothersIndex(type: type, shards: settings.shard.count) }
            return false
        }
        func finding(_ outcome: FindingOutcome) -> Finding {
            Finding(
                .malformed, event: nil, before: .text(type), after: .absent,
                detail: "\(printable(store.keys.index)) is a \(type), not a sorted set", outcome: outcome)
        }
        switch try settings.course.ruling(on: .removalOfIndex, why: [finding(.found)]) {
        case .go, .noted: break
        case .beside, .moved:
            tally.beside += 1
            return false
        }
        guard let repairs else {
            tally.record(finding(.found))
            return false
        }
        try await repairs.unlink(store.keys.index) { became in
            if let outcome = FindingOutcome(became) { tally.record(finding(outcome)) }
        }
        return false
    }
}
