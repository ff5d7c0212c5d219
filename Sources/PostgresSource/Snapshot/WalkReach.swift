/// How many events the next snapshot of a walk goes ahead: few at first, so that work begins at once, then as many as the
/// walk will use while the snapshot lives, and as memory allows, since all of them are read before the first is used, and
/// each snapshot joins the tables anew.
///
/// The next one is made ready while the one before is read. It must be there when that ends, and not long before: it grows
/// old while it waits.
struct WalkReach {
    /// Events of the first: so few that the server finds their items by an index, where more have it read all of them.
    static let first = 25
    /// Where there are no more events than this, all of them: a second snapshot would cost more than it brings.
    static let few = 100
    static let least = 500
    /// Events of the second, which is read beside the first: fewer are worked on in less time than the tables' own scans take.
    static let second = 1500
    /// Events of two snapshots together that may both be read ahead.
    static let bothAhead = 10_000
    /// How many times as many events as the one before a snapshot has from there on at the most: while these are worked on,
    /// the next are read.
    static let growth = 2
    /// The share of the walk's time that the server may spend on making snapshots ready. Below it larger ones are no gain:
    /// they are more work at once beside those who look at what was read.
    static let share = 0.5

    private let bounds: WindowBounds
    /// Events that a snapshot has at the most.
    private var greatest: Int
    private var size = first
    /// As many as the walk will use; unknown before the first snapshot has ended.
    private var limit: Int?
    /// What an event took; unknown before the first snapshot has ended.
    private var pace: Duration?
    /// What an event of the newest snapshot took until all rows were there; unknown before there is one.
    private var opening: Duration?
    /// As many events as memory has room for, to judge by the newest snapshot.
    private var room: Int?

    init(_ bounds: WindowBounds) {
        self.bounds = bounds
        greatest = bounds.events
    }

    /// How many events the next snapshot has.
    var events: Int { [size, limit, room].compactMap(\.self).reduce(greatest, min) }

    /// The same where no more than ``known`` are left.
    func events(of known: Int) -> Int { isUnknown && known <= Self.few ? known : min(events, known) }

    /// Whether no snapshot was read yet.
    var isUnknown: Bool { opening == nil }

    /// Takes note that a snapshot of ``events`` is begun.
    mutating func snapshotBegun() {
        if let pace, let opening, opening <= pace * Self.share { return }
        size = min(max(events * Self.growth, Self.second), greatest)
    }

    /// Takes note of a snapshot that was read.
    ///
    /// - Parameters:
    ///   - count: its events.
    ///   - took: how long its rows were waited for.
    ///   - size: of the rows that were kept, in bytes.
    ///   - kept: the events that they are of.
    ///   - orders: of these.
    mutating func snapshotRead(_ count: Int, in took: Duration, size: Int, kept: Int, orders: Int) {
        greatest = orders > kept ? bounds.eventsWithOrders : bounds.events
        opening = took / max(count, 1)
        // Events are not all of one size: a quarter is left for that.
        let each = max(size / max(kept, 1), 1)
        room = max(bounds.size * 3 / 4 / each, 1)
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
        limit = Int(min(max(next, Double(Self.least)), Double(bounds.eventsWithOrders)))
        if used > 0 { pace = took / used }
    }

    /// Whether the next snapshot must be begun now.
    ///
    /// - Parameters:
    ///   - used: the events that were read of the one that is in use.
    ///   - left: those that were not.
    ///   - took: how long it has been in use.
    func mustPrepare(used: Int, left: Int, after took: Duration) -> Bool {
        guard let opening, let pace = used > 0 && left > 0 ? took / used : pace else { return true }
        // The estimate is of a busy server; to begin before would take the time from those who look at the pages.
        return pace * left <= opening * events
    }
}
