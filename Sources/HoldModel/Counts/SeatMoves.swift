/// The seats of one event's holds, by category in the order of the snapshot: those that Redis should count, and those
/// by which it is off because of a hold with a finding of its own.
struct SeatMoves {
    /// Seats that belong in `pending`.
    private(set) var pending: SeatTally
    /// Seats that SQL counts as sold and that stay `pending` until the finalizer has run.
    private(set) var soldInFlight: SeatTally
    /// Seats in `pending` of holds that are released now.
    private(set) var released: SeatTally
    /// Seats still in `pending` that a dead finalizer should have sold.
    private(set) var finalized: SeatTally
    /// Seats that join `pending` with a hash that is written again.
    private(set) var joining: SeatTally
    /// Seats of accepted orders whose hold is over, which may be on sale again.
    private(set) var unheld: SeatTally
    /// Seats of reservations that are over and left no hash.
    private(set) var lostClaims: SeatTally
    /// Seats of abandoned checkouts that left no hash.
    private(set) var abandoned: SeatTally

    init(categories: [CategoryRow]) {
        var positions: [CategoryID: Int] = [:]
        positions.reserveCapacity(categories.count)
        for (position, category) in categories.enumerated() { positions[category.id] = position }
        let empty = SeatTally(positions: positions, count: categories.count)
        (pending, soldInFlight, released) = (empty, empty, empty)
        (finalized, joining, unheld, lostClaims, abandoned) = (empty, empty, empty, empty, empty)
    }

    /// Why the sums cannot be used.
    var fault: String? {
        pending.fault ?? soldInFlight.fault ?? released.fault ?? finalized.fault ?? joining.fault
            ?? unheld.fault
    }

    /// Counts an accepted order that names no hold.
    mutating func takeAccepted(_ order: Order) {
        pending.add(order.lines, of: "order \(order.id)")
        unheld.add(order.lines, of: "order \(order.id)")
    }

    mutating func take(_ judgement: HoldJudgement, token: HoldToken) {
        switch judgement.verdict {
        case .active, .extended, .renew:
            pending.add(judgement.lines, of: "holds:\(token)")
        case .rewrite:
            pending.add(judgement.lines, of: "the order of holds:\(token)")
            joining.add(judgement.lines, of: "the order of holds:\(token)")
        case .activeWithoutHold:
            pending.add(judgement.lines, of: "the order of holds:\(token)")
            unheld.add(judgement.lines, of: "the order of holds:\(token)")
        case .inFlight:
            pending.add(judgement.lines, of: "holds:\(token)")
            soldInFlight.add(judgement.soldInFlight, of: "the order of holds:\(token)")
        case .finalize: finalized.addKnown(judgement.lines)
        case .release: released.addKnown(judgement.lines)
        case .ended where judgement.leak == .lostClaim: lostClaims.addKnown(judgement.lines)
        case .ended where judgement.leak == .abandonedCheckout: abandoned.addKnown(judgement.lines)
        case .absent, .ended, .notActive, .sqlBehind: break
        }
    }
}
