/// Decides whether brief pages still cost SQL less than whole ones: each event that needs more is read again.
struct BriefPages {
    /// So many events may always be read again.
    private static let few = 20
    /// The greatest share of events that may be read again, where there are more.
    private static let share = 0.1

    private var events = 0
    private var again = 0

    /// Counts a page.
    ///
    /// - Parameters:
    ///   - events: how many events it has.
    ///   - again: how many of them were read again.
    mutating func take(_ events: Int, again: Int) {
        self.events += events
        self.again += again
    }

    var areWorthIt: Bool {
        again <= Self.few || Double(again) <= Double(events) * Self.share
    }
}
