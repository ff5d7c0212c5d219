/// Whether pages that are brief still cost SQL less than whole ones: each event that they are not enough for is read again.
struct BriefPages {
    /// As many are always worth it.
    private static let few = 20
    /// The greatest share of the events, where there are more.
    private static let share = 0.1

    private var events = 0
    private var again = 0

    /// Takes note of a page.
    ///
    /// - Parameters:
    ///   - events: that it has.
    ///   - again: those of them that were read again.
    mutating func take(_ events: Int, again: Int) {
        self.events += events
        self.again += again
    }

    var areWorthIt: Bool {
        again <= Self.few || Double(again) <= Double(events) * Self.share
    }
}
