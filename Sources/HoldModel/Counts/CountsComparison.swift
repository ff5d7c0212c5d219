/// Compares the inventory hashes of one event with the truth, and names the cause of every seat that is off.
struct CountsComparison {
    private(set) var findings: [Finding] = []
    private(set) var changes: [CountChange] = []
    /// Categories whose hash only people can set right, and why.
    private(set) var refusals: [(category: CategoryID, reason: String)] = []
    /// Why this look is not enough to say what is wrong with the counts.
    private(set) var doubt: String?

    init(
        snapshot: EventSnapshot, inventory: [InventoryState], moves: SeatMoves, tightensOnly: Bool, now: Timestamp
    ) {
        var gaps: [CountsGap] = []
        for (position, category) in snapshot.categories.enumerated() {
            let sold = category.sold - moves.soldInFlight.seats[position]
            guard sold >= 0 else {
                doubt = "category \(category.id) has more seats in flight than quantity_sold"
                continue
            }
            guard let truth = Counts(total: category.total, sold: sold, pending: moves.pending.seats[position]) else {
                doubt = "the counts of category \(category.id) do not fit in 64 bits"
                continue
            }
            let state = inventory[position]
            if truth.oversold > 0 {
                findings.append(
                    Finding(
                        .oversold, event: snapshot.event, category: category.id, seats: truth.oversold,
                        before: FindingState(state), after: .counts(truth, version: nil),
                        outcome: .noted))
            }
            guard let gap = CountsGap(position: position, state: state, truth: truth, moves: moves) else { continue }
            if case .hash(let fields) = state, let version = fields.versionNumber, version >= greatestSeatCount {
                let reason = "version of category \(category.id) is \(version), more than can be raised: set it by hand"
                refusals.append((category.id, reason))
                continue
            }
            gaps.append(gap)
        }
        var attribution = CountsAttribution(gaps: gaps)
        if tightensOnly {
            gaps = gaps.indices.compactMap { attribution.tightened(gaps[$0], at: $0, moves) }
            attribution = CountsAttribution(gaps: gaps)
        }
        for (number, gap) in gaps.enumerated() {
            let category = snapshot.categories[gap.position].id
            let version = gap.state.nextVersion(now: now)
            // Taking seats off sale comes first, by itself; what is left of the difference goes on sale.
            let tight = attribution.keeping(gap, at: number) ?? gap.truth
            changes.append(
                CountChange(
                    category: category, before: gap.state, counts: gap.truth, version: version,
                    raise: gap.truth.available - gap.state.seatsOnSale,
                    unexplained: attribution.unexplained(number),
                    freed: gap.truth.available - min(gap.state.seatsOnSale, tight.available)))
            let after = FindingState.counts(gap.truth, version: version)
            for cause in attribution.causes[number] {
                findings.append(
                    Finding(
                        cause.cause, event: snapshot.event, category: category, seats: cause.seats,
                        before: FindingState(gap.state), after: after, detail: cause.detail))
            }
        }
    }
}

extension CountsAttribution {
    /// Returns the part of a gap that takes seats off sale, and so may be closed at once; `nil` where there is none.
    ///
    /// Seats in `pending` that nothing explains stay there: they may be those of a hold that is not known.
    fileprivate func tightened(_ gap: CountsGap, at number: Int, _ moves: SeatMoves) -> CountsGap? {
        let isOnSale = gap.truth.available > gap.state.seatsOnSale
        if !isOnSale && unexplained(number) == 0 { return gap }
        guard let kept = keeping(gap, at: number), kept.available < gap.state.seatsOnSale else { return nil }
        return CountsGap(position: gap.position, state: gap.state, truth: kept, moves: moves)
    }

    /// Returns the true counts, except that seats that nothing explains stay in `pending`.
    fileprivate func keeping(_ gap: CountsGap, at number: Int) -> Counts? {
        let unfinalized = unfinalized(number)
        return Counts(
            total: gap.truth.total, sold: gap.truth.sold - unfinalized,
            pending: gap.truth.pending + unexplained(number))
    }
}
