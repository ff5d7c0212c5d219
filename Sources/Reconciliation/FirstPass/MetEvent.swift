import HoldModel
import RedisStore

/// The tokens that a look at one event has read, while tokens wait for the walk over SQL; see `Census+awaited.swift`.
struct MetEvent: Sendable {
    let event: EventID
    /// All tokens that were read.
    let asked: PackedTokens
    /// Those of them that belong to no other event, and the score that each must have.
    let own: [(token: TokenDigest, score: MemberScore)]
    /// The seats that carts must explain; `nil` where there are none.
    let unexplained: Unexplained?

    /// Seats in `pending` that orders do not explain, and the inventories that have them.
    struct Unexplained: Sendable, Hashable {
        var seats: SeatDigest
        let versions: SeatDigest
        let categories: PackedTokens

        /// The value of an event without unexplained seats.
        static let nothing = Unexplained(seats: SeatDigest(), versions: SeatDigest(), categories: PackedTokens())
    }

    /// Makes the value of a look that has compared the scores itself.
    init(_ event: EventID, asked: [HoldToken], own: [HoldToken]) {
        self.event = event
        self.asked = PackedTokens(asked)
        self.own = own.map { (TokenDigest($0), .any) }
        unexplained = nil
    }

    /// Makes the value of an event that agrees with its rows, so that all holds of its orders are its own.
    ///
    /// - Parameter scores: the score that each order's index member must have, if it must have one.
    init(
        _ place: Int, of table: SnapshotTable, scores: [GlancedScore],
        unexplained: UnexplainedSeats = UnexplainedSeats()
    ) {
        let row = table.events[place]
        event = table.identifier(row.id)
        var asked = PackedTokens(room: row.orders.count)
        var own: [(token: TokenDigest, score: MemberScore)] = []
        own.reserveCapacity(row.orders.count)
        for (order, score) in zip(row.orders, scores) {
            let token = table.bytes.span.extracting(table.orders[order].token.range)
            asked.append(token)
            if case .seconds(let seconds) = score { own.append((TokenDigest(token), MemberScore(seconds: seconds))) }
        }
        self.asked = asked
        self.own = own
        self.unexplained = unexplained.isEmpty ? nil : Unexplained(unexplained, of: row, in: table)
    }
}

extension MetEvent.Unexplained {
    fileprivate init(_ shown: UnexplainedSeats, of row: SnapshotTable.Event, in table: SnapshotTable) {
        var categories = PackedTokens(room: shown.places.count)
        for place in shown.places {
            let id = table.categories[row.categories.lowerBound + place].id.range
            categories.append(table.bytes.span.extracting(id))
        }
        self.init(seats: shown.seats, versions: shown.versions, categories: categories)
    }
}
