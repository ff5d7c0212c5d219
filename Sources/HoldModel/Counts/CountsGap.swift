/// The difference between one inventory hash and the truth, without what the findings of the event's holds explain.
struct CountsGap {
    let position: Int
    let state: InventoryState
    let truth: Counts
    /// Why the hash cannot be read as counts.
    private(set) var fault: String?
    /// Redis minus truth, in seats, without what the holds' findings explain; likewise the next two.
    private(set) var total: Int64 = 0
    private(set) var sold: Int64 = 0
    private(set) var pending: Int64 = 0
    /// Seats of accepted orders that Redis does not hold any more. Their holds' findings are notes; this one is
    /// repaired.
    private(set) var unheld: Int64 = 0
    /// Whether `pending` is below zero, which only a finalize in the wrong order makes.
    private(set) var isBelowZero = false
    /// Whether `available` alone differs.
    private(set) var availableOnly = false
    /// Whether `pending` alone differs: no operation of the platform leaves seats both there and on sale.
    private(set) var pendingOnly = false
    /// Seats of reservations that are over: evidence for a lost claim.
    let lostClaims: Int64
    /// Seats of checkouts that nobody will sell.
    let abandoned: Int64

    /// `nil` where Redis shows the truth.
    init?(position: Int, state: InventoryState, truth: Counts, moves: SeatMoves) {
        self.position = position
        self.state = state
        self.truth = truth
        lostClaims = moves.lostClaims.seats[position]
        abandoned = moves.abandoned.seats[position]
        guard case .hash(let fields) = state else { return }
        guard let counts = fields.counts, counts.total >= 0, counts.sold >= 0, counts.available >= 0 else {
            fault = "a count is missing, is no integer, or is below zero"
            return
        }
        guard fields.versionNumber != nil else {
            fault = "version is missing, is no integer, or is below zero"
            return
        }
        guard [counts.total, counts.sold, counts.available].allSatisfy({ $0 <= greatestSeatCount }),
            counts.pending.magnitude <= greatestSeatCount
        else {
            fault = "a count is larger than the platform's scripts can count"
            return
        }
        if counts == truth { return nil }
        measure(counts, moves)
    }

    /// Computes the differences. No sum can overflow: each side is bounded by ``greatestSeatCount``, or is the truth,
    /// which is not negative.
    private mutating func measure(_ counts: Counts, _ moves: SeatMoves) {
        let finalized = moves.finalized.seats[position]
        total = counts.total - truth.total
        sold = counts.sold - truth.sold + finalized
        pending = counts.pending - truth.pending - moves.released.seats[position] - finalized
        isBelowZero = counts.pending < 0
        if pending < 0 { pending += min(-pending, moves.joining.seats[position]) }
        if pending < 0 { unheld = min(-pending, moves.unheld.seats[position]) }
        pending += unheld
        let isSold = counts.total == truth.total && counts.sold == truth.sold
        availableOnly = isSold && counts.pending == truth.pending
        pendingOnly =
            isSold && counts.available == truth.available && truth.oversold == 0
            && counts.available != max(counts.total - counts.sold - counts.pending, 0)
    }
}
