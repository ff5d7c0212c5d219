/// Names a cause for every seat that is off (design section 6.7). Most causes show in the `sold` and `pending` of one
/// category. Swapped categories show only in two of them together, so all gaps of an event are attributed at once.
struct CountsAttribution {
    struct Attributed {
        let cause: Cause
        let seats: Int64
        var detail: String?
    }

    /// The causes of each gap, at least one, in the order of the gaps.
    private(set) var causes: [[Attributed]]
    private var pending: [Int64]
    private var sold: [Int64]

    init(gaps: [CountsGap]) {
        causes = Array(repeating: [], count: gaps.count)
        pending = gaps.map(\.pending)
        sold = gaps.map(\.sold)
        attributeSwaps(gaps)
        for (position, gap) in gaps.enumerated() {
            attribute(gap, at: position)
        }
    }

    /// Finds swapped categories: a finalize in the wrong order moves too many seats from `pending` to `sold` in one
    /// category, and as many too few in another.
    private mutating func attributeSwaps(_ gaps: [CountsGap]) {
        let overdone = gaps.indices.map { min(max(-pending[$0], 0), max(sold[$0], 0)) }
        let underdone = gaps.indices.map { min(max(pending[$0], 0), max(-sold[$0], 0)) }
        var left = min(saturatingSum(overdone), saturatingSum(underdone))
        var right = left
        for position in gaps.indices {
            let (over, under) = (min(overdone[position], left), min(underdone[position], right))
            left -= over
            right -= under
            pending[position] += over - under
            sold[position] += under - over
            if over + under > 0 {
                causes[position].append(Attributed(cause: .swappedCategories, seats: over + under))
            }
        }
        // A `pending` that is still below zero is from a swap whose other half has been repaired or overwritten.
        for (position, gap) in gaps.enumerated() where gap.isBelowZero && pending[position] < 0 {
            causes[position].append(Attributed(cause: .swappedCategories, seats: -pending[position]))
            pending[position] = 0
        }
    }

    /// Returns the seats in `pending` of a gap that neither a hold nor a swap explains.
    func unexplained(_ position: Int) -> Int64 {
        max(pending[position], 0)
    }

    /// Returns how many of the unexplained seats SQL has sold: a finalizer died, and the hold's hash is gone.
    func unfinalized(_ position: Int) -> Int64 {
        min(max(pending[position], 0), max(-sold[position], 0))
    }

    private mutating func attribute(_ gap: CountsGap, at position: Int) {
        func add(_ cause: Cause, _ seats: Int64, _ detail: String? = nil) {
            if seats > 0 { causes[position].append(Attributed(cause: cause, seats: seats, detail: detail)) }
        }
        switch gap.state {
        case .absent:
            causes[position] = [Attributed(cause: .lostHash, seats: gap.truth.total)]
            return
        case .otherType:
            causes[position] = [
                Attributed(cause: .malformed, seats: gap.truth.total, detail: "the inventory key is not a hash")
            ]
            return
        case .hash: break
        }
        if let fault = gap.fault {
            causes[position] = [Attributed(cause: .malformed, seats: gap.truth.total, detail: fault)]
            return
        }
        add(.staleTotal, abs(gap.total))
        let unfinalized = unfinalized(position)
        add(.lostFinalize, unfinalized, "the hold's hash is gone")
        add(.staleSold, abs(sold[position] + unfinalized))
        let leaked = max(pending[position] - unfinalized, 0)
        let abandoned = min(leaked, gap.abandoned)
        add(.abandonedCheckout, abandoned, "nobody will sell an accepted order, and its hold is gone")
        let claimed = min(leaked - abandoned, gap.lostClaims)
        add(.lostClaim, claimed, "a reservation is past its expiry and its hold is gone")
        let unexplained = leaked - abandoned - claimed
        if gap.pendingOnly {
            add(.malformed, unexplained, "pending is not total - sold - available: its seats are on sale")
        } else {
            add(.ttlRace, unexplained)
        }
        add(.orderWithoutHold, gap.unheld, "an accepted order's seats are on sale again")
        add(.lostHash, max(-pending[position], 0), "pending is behind the holds: an old copy of the hash")
        if gap.availableOnly {
            let oversold = gap.truth.oversold > 0
            causes[position].append(
                Attributed(
                    cause: oversold ? .oversold : .malformed, seats: seatsOff(gap),
                    detail: oversold ? nil : "available is not total - sold - pending"))
        }
    }

    private func seatsOff(_ gap: CountsGap) -> Int64 {
        guard case .hash(let fields) = gap.state, let counts = fields.counts else { return 0 }
        return abs(counts.available - gap.truth.available)
    }

    private func saturatingSum(_ seats: [Int64]) -> Int64 {
        seats.reduce(0) { sum, next in
            let (total, overflow) = sum.addingReportingOverflow(next)
            return overflow ? .max : total
        }
    }
}
