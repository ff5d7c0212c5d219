/// How many events the next snapshot of a walk goes ahead: few at first, so that work begins at once, then as many as the
/// walk will use while the snapshot lives, since all of them are joined and sorted before the first is read, and each
/// snapshot joins the tables anew.
///
/// The next one is made ready while the one before is read. It must be there when that ends, and not long before: it grows
/// old while it waits.
struct WalkReach {
    static let first = 100
    static let least = 500
    static let greatest = 20_000
    /// How many times as many events as the one before a snapshot has at the most: while these few are worked on, the next
    /// are joined and sorted.
    static let growth = 5

    private var size = first
    private var limit = greatest
    /// What an event took; unknown before the first window has ended.
    private var pace: Duration?
    /// What an event of a window took until its first row was there.
    private var opening: Duration = .zero

    /// How many events the next snapshot has.
    var events: Int { min(size, limit) }

    /// Takes note of a snapshot of ``events`` or fewer, which is ready.
    mutating func snapshotOpened(_ count: Int, in took: Duration) {
        size = min(max(count, Self.first) * Self.growth, Self.greatest)
        opening = took / max(count, 1)
    }

    /// Takes note of how a snapshot ended.
    ///
    /// - Parameters:
    ///   - used: the events that were read of it.
    ///   - left: those that were not, since it had become too old; none where it was read to its end.
    ///   - took: how long it was in use.
    ///   - life: how long it might have been.
    mutating func snapshotEnded(used: Int, left: Int, after took: Duration, of life: Duration) {
        // Three quarters of what it might use: a little too few costs less than rows that are sorted in vain.
        let possible = Double(used) * (life / max(took, .milliseconds(1))) * 0.75
        let next = left > 0 ? Double(used + used / 4) : possible
        limit = Int(min(max(next, Double(Self.least)), Double(Self.greatest)))
        if used > 0 { pace = took / used }
    }

    /// Whether the next snapshot must be begun now.
    ///
    /// - Parameters:
    ///   - used: the events that were read of the one that is in use.
    ///   - left: those that were not.
    ///   - took: how long it has been in use.
    func mustPrepare(used: Int, left: Int, after took: Duration) -> Bool {
        guard let pace = used > 0 && left > 0 ? took / used : pace else { return true }
        // Twice what it will take: the server works for two meanwhile.
        return pace * left <= opening * events * 2
    }
}
