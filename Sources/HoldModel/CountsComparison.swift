/// Compares the inventory hashes of one event with the truth, and names the cause of every seat that is off.
struct CountsComparison {
    private(set) var findings: [Finding] = []
    private(set) var changes: [CountChange] = []
    /// Why the counts cannot be concluded from this look.
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
            let raise = truth.available - state.seatsOnSale
            let unexplained = max(gap.pending, 0)
            if tightensOnly && (raise > 0 || unexplained > 0) { continue }
            gaps.append(gap)
            changes.append(
                CountChange(
                    category: category.id, fence: state.fence, counts: truth, version: state.nextVersion(now: now),
                    raise: raise, unexplained: unexplained))
        }
        let attributed = CountsAttribution(gaps: gaps).causes
        for (gap, causes) in zip(gaps, attributed) {
            let category = snapshot.categories[gap.position].id
            let after = FindingState.counts(gap.truth, version: gap.state.nextVersion(now: now))
            for cause in causes {
                findings.append(
                    Finding(
                        cause.cause, event: snapshot.event, category: category, seats: cause.seats,
                        before: FindingState(gap.state), after: after, detail: cause.detail))
            }
        }
    }
}

extension FindingState {
    init(_ state: InventoryState) {
        switch state {
        case .absent: self = .absent
        case .otherType: self = .otherType
        case .hash(let fields): self = .inventory(fields)
        }
    }
}
