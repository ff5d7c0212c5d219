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
    /// When the payment was taken, as far as SQL tells; a confirmation that failed leaves it.
    var paidAt: Int64?
    /// Where the message of an accepted order waits for the finalizer.
    var message: CheckoutEvidence.MessagePlace?
    /// Whether the API has kept that its call failed.
    var hasFailed = false

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

    /// Whether the finalizer may sell it, however late.
    var isAccepted: Bool {
        order == .processing || order == .pendingPayment && orderExpiresAt == nil
    }

    /// Whether Redis has sold what SQL does not know any more.
    var isSoldInRedisOnly: Bool {
        life == .finalized && (order == .pendingPayment || order == .processing)
    }

    /// Whether nobody will sell it, and that is old enough to count (contract section 3).
    func isAbandoned(now: Int64) -> Bool {
        guard isAccepted, order == .pendingPayment, message == nil, hasFailed || paidAt != nil else { return false }
        return max(orderAt, paidAt ?? 0) + 3600 < now
    }

    /// Whether anybody but the buyer may put the seats back on sale now.
    func mayEnd(now: Int64, grace: Int64) -> Bool {
        switch order {
        case .cancelled, .failed, .refunded, .expired: return true
        case .processing, .confirmed, .completed: return false
        case .pendingPayment:
            guard let orderExpiresAt else { return isAbandoned(now: now) }
            return life == .held && expiresAt < now && orderExpiresAt < now
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
    /// How many times a run was killed.
    var kills = 0
    /// Statements that SQL has committed.
    private(set) var position = 0
    /// What a standby has replayed; `nil` where the reconciler reads the primary.
    private(set) var standby: Replayed?

    /// SQL as a standby shows it.
    struct Replayed: Sendable, Hashable {
        let position: Int
        let sold: [Int64]
        let holds: [RaceHold]
    }

    init(categories: [String], total: Int64, holds: [RaceHold]) {
        self.categories = categories
        self.total = total
        self.holds = holds
        sold = Array(repeating: 0, count: categories.count)
    }

    /// Counts a statement that SQL has committed.
    mutating func commit() {
        position += 1
    }

    /// The standby replays all there is; from the first time on it is what the reconciler reads.
    mutating func replicate() {
        standby = Replayed(position: position, sold: sold, holds: holds)
    }

    /// How far the SQL that the reconciler reads has come.
    var shownPosition: Int { standby?.position ?? position }

    /// What the third witness says: the API's rows and payments by SQL, then messages by the finalizer's lists.
    func answers() -> CheckoutEvidence {
        var evidence = CheckoutEvidence()
        evidence.hasAnswers = true
        for hold in standby?.holds ?? holds where hold.hasFailed {
            evidence.add(failed: OrderID("order-\(hold.token)"))
        }
        return evidence
    }

    func addMessages(to evidence: inout CheckoutEvidence) {
        evidence.lists = .read
        for hold in holds {
            guard let place = hold.message else { continue }
            evidence.add(message: place, order: OrderID("order-\(hold.token)"), token: HoldToken(hold.token))
        }
    }

    /// What SQL says to one who knows these tokens.
    func snapshot(knowing tokens: [HoldToken]) -> EventSnapshot {
        let (sold, holds) = (standby?.sold ?? sold, standby?.holds ?? holds)
        return EventSnapshot(
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
        let kept = holds.reduce(0) {
            $0 + ($1.keepsSeats || $1.isSoldInRedisOnly ? $1.quantity(in: categories[position]) : 0)
        }
        return max(total - sold[position] - kept, 0)
    }
}
