/// How many events the next snapshot of a walk goes ahead: few at first, so that work begins at once, then as many as the
/// walk will use while the snapshot lives, since all of them are joined and sorted before the first is read, and each
/// snapshot joins the tables anew. It grows slowly enough for pages that were read to last until the next is sorted.
struct WalkReach {
    static let least = 500
    static let greatest = 20_000

    private(set) var events = least

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
        let next = left > 0 ? used + used / 4 : Int(min(possible, Double(events) * 3))
        events = min(max(next, Self.least), Self.greatest)
    }
}
