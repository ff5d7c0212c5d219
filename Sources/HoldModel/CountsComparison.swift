/// Compares the inventory hashes of one event with the truth, and names the cause of every seat that is off.
struct CountsComparison {
    private(set) var findings: [Finding] = []
    private(set) var changes: [CountChange] = []
    /// Categories whose hash nobody but people can set right, and why.
    private(set) var refusals: [(category: CategoryID, reason: String)] = []
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
            if tightensOnly && Self.raise(gap) > 0 { continue }
            if case .hash(let fields) = state, let version = fields.versionNumber, version >= greatestSeatCount {
                let reason = "version of category \(category.id) is \(version), more than can be raised: set it by hand"
                refusals.append((category.id, reason))
                continue
            }
            gaps.append(gap)
        }
        let attribution = CountsAttribution(gaps: gaps)
        for (number, gap) in gaps.enumerated() {
            let unexplained = attribution.unexplained(number)
            if tightensOnly && unexplained > 0 { continue }
            let category = snapshot.categories[gap.position].id
            let version = gap.state.nextVersion(now: now)
            changes.append(
                CountChange(
                    category: category, fence: gap.state.fence, counts: gap.truth, version: version,
                    raise: Self.raise(gap), unexplained: unexplained))
            let after = FindingState.counts(gap.truth, version: version)
            for cause in attribution.causes[number] {
                findings.append(
                    Finding(
                        cause.cause, event: snapshot.event, category: category, seats: cause.seats,
                        before: FindingState(gap.state), after: after, detail: cause.detail))
            }
        }
    }

    /// Seats that the truth puts on sale.
    private static func raise(_ gap: CountsGap) -> Int64 {
        gap.truth.available - gap.state.seatsOnSale
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
