import HoldModel
import TestPlatform

/// A buyer's hold as the model knows it, apart from Redis.
struct RaceHold: Sendable, Hashable {
    enum Life: Sendable, Hashable {
        case none
        case held
        case claimed
        case committed
        /// The platform, or the reconciler where it was entitled to it, put the seats back on sale.
        case over
        case finalized
    }

    let token: String
    let seats: [Seats]
    var life = Life.none
    var expiresAt: Int64 = 0
    var order: OrderStatus?
    var orderAt: Int64 = 0
    var orderExpiresAt: Int64?
    var paidAt: Int64?

    init(_ token: String, _ seats: Seats...) {
        self.token = token
        self.seats = seats
    }

    /// Whether SQL counts the seats as sold.
    var isSold: Bool {
        order == .confirmed
    }

    /// Whether the seats must be off sale although SQL has not sold them.
    var keepsSeats: Bool {
        guard !isSold else { return false }
        switch life {
        case .held, .claimed, .committed: return true
        case .none, .over, .finalized: return false
        }
    }

    /// Whether anybody but the buyer may put the seats back on sale now.
    func mayEnd(now: Int64, grace: Int64) -> Bool {
        switch order {
        case .cancelled, .failed, .refunded, .expired: return true
        case .processing, .confirmed, .completed: return false
        case .pendingPayment:
            return life == .held && expiresAt < now && (orderExpiresAt ?? orderAt + 600) < now
        case nil: return expiresAt + (life == .held ? 0 : grace) < now
        }
    }

    func quantity(in category: String) -> Int64 {
        seats.reduce(0) { $0 + ($1.category == category ? Int64($1.quantity) : 0) }
    }
}

/// One event in SQL, its buyers, and the clock: all that is true apart from Redis.
struct RaceModel: Sendable, Hashable {
    static let start: Int64 = 2_000_000_000

    var categories: [String]
    var total: Int64
    /// `quantity_sold` by category.
    var sold: [Int64]
    var holds: [RaceHold]
    var now = start

    init(categories: [String], total: Int64, holds: [RaceHold]) {
        self.categories = categories
        self.total = total
        self.holds = holds
        sold = Array(repeating: 0, count: categories.count)
    }

    /// What SQL says to one who knows these tokens.
    func snapshot(knowing tokens: [HoldToken]) -> EventSnapshot {
        EventSnapshot(
            event: Bench.event,
            categories: categories.indices.map {
                CategoryRow(id: CategoryID(categories[$0]), total: total, sold: sold[$0])
            },
            orders: holds.compactMap { hold in
                guard let status = hold.order else { return nil }
                let isOpen = status == .pendingPayment || status == .processing
                guard isOpen || tokens.contains(HoldToken(hold.token)) else { return nil }
                return Order(
                    id: OrderID("order-\(hold.token)"), token: HoldToken(hold.token), event: Bench.event,
                    status: status, expiresAt: hold.orderExpiresAt.flatMap { Timestamp(seconds: $0) },
                    createdAt: Timestamp(seconds: hold.orderAt), paidAt: hold.paidAt.flatMap { Timestamp(seconds: $0) },
                    lines: hold.seats.map {
                        SeatLine(category: CategoryID($0.category), quantity: Int64($0.quantity))
                    })
            })
    }

    /// Seats that may be on sale in a category.
    func truth(_ position: Int) -> Int64 {
        let kept = holds.reduce(0) { $0 + ($1.keepsSeats ? $1.quantity(in: categories[position]) : 0) }
        return max(total - sold[position] - kept, 0)
    }
}
