/// That Redis holds nothing of the platform's, which a walk of index and keyspace has shown.
///
/// Such a walk is a survey of every event at once, all versions absent, and the fences of a repair are another at the
/// very instant of writing: what stands between them is a stable look (design section 4). With traffic live, seats are
/// put on sale on two of them, so the keyspace is walked once more before anything is written but index members.
package struct Emptiness: Sendable, Hashable {
    /// When the walk that showed it first had ended.
    let since: ContinuousClock.Instant

    let walk: KeyspaceWalk

    /// Of some events, which a walk has met nothing of.
    init(shownBy walk: KeyspaceWalk, since: ContinuousClock.Instant) {
        (self.walk, self.since) = (walk, since)
    }

    /// `nil` where the walk has met something.
    ///
    /// - Parameters:
    ///   - tokens: that index and keyspace have shown.
    ///   - hasInventory: whether an inventory hash was met.
    ///   - end: when the walk ended.
    package init?(tokens: Int, hasInventory: Bool, at end: ContinuousClock.Instant) {
        guard tokens == 0, !hasInventory else { return nil }
        (walk, since) = (KeyspaceWalk(), end)
    }

    /// Waits until a second walk may follow the first, and takes it.
    ///
    /// - Returns: `nil` where Redis is not empty any more but for index members, which this run may have added; also where the
    ///   run is to end.
    func confirmed(by walk: CensusWalk, _ settings: RunSettings) async throws -> KeyspaceWalk? {
        try await settings.stop.sleep(until: since + settings.releaseAfter)
        return settings.stop.cause == nil ? try await walk.meetingNothing() : nil
    }
}
