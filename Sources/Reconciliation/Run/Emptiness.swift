import HoldModel
import RedisStore

/// That Redis holds nothing of the platform's, which a walk of index and keyspace has shown.
///
/// Such a walk is a survey of every event at once, all versions absent, and the fences of a repair are another at the
/// very instant of writing: what stands between them is a stable look (design section 4). With traffic live, seats are
/// put on sale on two of them, so the keyspace is walked once more before anything is written but index members.
struct Emptiness: Sendable {
    /// When the walk that showed it first had ended.
    let since: ContinuousClock.Instant

    /// Waits until a second walk may follow the first, and takes it where traffic is live.
    ///
    /// - Returns: whether Redis is still empty but for index members, which this run may have added; `false` also where the
    ///   run is to end.
    func isConfirmed(_ store: HoldStore, _ settings: RunSettings) async throws -> Bool {
        if settings.traffic == .stopped { return true }
        try await settings.stop.sleep(until: since + settings.releaseAfter)
        guard settings.stop.cause == nil else { return false }
        var isEmpty = true
        try await store.scanKeys { batch in
            if !batch.tokens.isEmpty || !batch.inventoryKeys.isEmpty { isEmpty = false }
        }
        return isEmpty
    }
}
