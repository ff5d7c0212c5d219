/// The proof that Redis has no key of the platform's: a walk of index and keyspace has found none.
///
/// Such a walk is a survey of every event, with all versions absent. The fences of a write are a second survey, at the
/// instant of writing, so together they are a stable look (design section 4). With traffic live it takes two stable
/// looks to put seats on sale, so the keyspace is walked once more before anything but index members is written.
package struct Emptiness: Sendable, Hashable {
    /// When the walk that showed it first had ended.
    let since: ContinuousClock.Instant

    let walk: KeyspaceWalk

    /// Of some events, which a walk has met nothing of.
    init(shownBy walk: KeyspaceWalk, since: ContinuousClock.Instant) {
        (self.walk, self.since) = (walk, since)
    }

    /// `nil` where the walk has found something.
    ///
    /// - Parameters:
    ///   - tokens: how many tokens index and keyspace have.
    ///   - hasInventory: whether there is an inventory hash.
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
