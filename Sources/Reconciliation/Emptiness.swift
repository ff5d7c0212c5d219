import HoldModel
import RedisStore

/// That Redis holds nothing of the platform's, which a walk of index and keyspace has shown.
///
/// Such a walk is a survey of every event at once, all versions absent, and the fences of a repair are another at the
/// very instant of writing: what stands between them is a stable look (design section 4). With traffic live, seats are
/// put on sale on two of them, so the keyspace is walked once more before anything is presumed.
struct Emptiness: Sendable {
    /// When the walk that showed it first had ended.
    let since: ContinuousClock.Instant

    /// Waits until a second walk may follow the first, and takes it.
    ///
    /// - Returns: `nil` where Redis is not empty any more, or the run is to end.
    func confirmed(_ store: HoldStore, _ settings: RunSettings) async throws -> Emptiness? {
        try await settings.stop.sleep(until: since + settings.releaseAfter)
        guard settings.stop.cause == nil, try await store.indexType() == "none" else { return nil }
        var isEmpty = true
        try await store.scanKeys { batch in
            if !batch.tokens.isEmpty || !batch.inventoryKeys.isEmpty { isEmpty = false }
        }
        return isEmpty ? self : nil
    }
}
