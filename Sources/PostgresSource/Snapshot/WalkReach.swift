/// Decides how many events the next snapshot of a walk has: few at first, so that work begins at once; then as many as
/// the walk will use while the snapshot may be used, and as memory allows. All of them are read before the first is
/// used, and each snapshot joins the tables anew.
///
/// The next snapshot is read while the present one is used. It must be ready when that ends, and not long before, since
/// it grows old while it waits.
struct WalkReach {
    /// The events of the first snapshot: so few that the server finds their items by an index, instead of reading all
    /// items.
    static let first = 25
    /// If there are no more events than this, the first snapshot has all: a second one would cost more than it saves.
    static let few = 100
    static let least = 500
    /// The events of the second snapshot, which is read beside the first. Fewer would be used up before the next one's
    /// scans of the tables had ended.
    static let second = 1500
    /// How many events two snapshots may have together so that both are read ahead.
    static let bothAhead = 10_000
    /// By how much each later snapshot may grow: while one is used, the next one is read.
    static let growth = 2
    /// The share of the walk's time that the server may spend on reading snapshots. Below it, larger ones are no gain:
    /// they are more work at once, beside the code that uses the rows.
    static let share = 0.5

    private let bounds: WindowBounds
    /// The greatest number of events of a snapshot.
    private var greatest: Int
    private var size = first
    /// How many events the walk will use; unknown before the first snapshot has ended.
    private var limit: Int?
    /// How long the walk took for an event; unknown before the first snapshot has ended.
    private var pace: Duration?
    /// How long reading the newest snapshot took for each of its events; unknown before there is one.
    private var opening: Duration?
    /// How many events memory has room for, to judge by the newest snapshot.
    private var room: Int?

    init(_ bounds: WindowBounds) {
        self.bounds = bounds
        greatest = bounds.events
    }

    /// How many events the next snapshot has.
    var events: Int { [size, limit, room].compactMap(\.self).reduce(greatest, min) }

    /// Returns how many events the next snapshot has, where `known` events are left.
    func events(of known: Int) -> Int { isUnknown && known <= Self.few ? known : min(events, known) }

    /// Whether no snapshot was read yet.
    var isUnknown: Bool { opening == nil }

    /// Notes that a snapshot of ``events`` was begun.
    mutating func snapshotBegun() {
        if let pace, let opening, opening <= pace * Self.share { return }
        size = min(max(events * Self.growth, Self.second), greatest)
    }

    /// Notes a snapshot that was read.
    ///
    /// - Parameters:
    ///   - count: how many events it has.
    ///   - took: how long it took until its rows had come.
    ///   - size: the size of the rows that were kept, in bytes.
    ///   - kept: how many events these rows are of.
    ///   - orders: how many orders these events have.
    mutating func snapshotRead(_ count: Int, in took: Duration, size: Int, kept: Int, orders: Int) {
        greatest = orders > kept ? bounds.eventsWithOrders : bounds.events
        opening = took / max(count, 1)
        // Events differ in size, so a quarter of the room is left free.
        let each = max(size / max(kept, 1), 1)
        room = max(bounds.size * 3 / 4 / each, 1)
    }

    /// Notes how a snapshot ended.
    ///
    /// - Parameters:
    ///   - used: how many of its events were used.
    ///   - left: how many were not, since it had become too old; 0 where it was used to its end.
    ///   - took: how long it was used.
    ///   - life: how long it might have been used.
    mutating func snapshotEnded(used: Int, left: Int, after took: Duration, of life: Duration) {
        // Three quarters of what it could use: a little too few costs less than rows that were read in vain.
        let possible = Double(used) * (life / max(took, .milliseconds(1))) * 0.75
        let next = left > 0 ? Double(used + used / 4) : possible
        limit = Int(min(max(next, Double(Self.least)), Double(bounds.eventsWithOrders)))
        if used > 0 { pace = took / used }
    }

    /// Whether the next snapshot must be begun now.
    ///
    /// - Parameters:
    ///   - used: how many events of the present one were used.
    ///   - left: how many were not.
    ///   - took: how long it has been in use.
    func mustPrepare(used: Int, left: Int, after took: Duration) -> Bool {
        guard let opening, let pace = used > 0 && left > 0 ? took / used : pace else { return true }
        // The estimate is from a busy server. To begin earlier would take time from the code that uses the pages.
        return pace * left <= opening * events
    }
}
