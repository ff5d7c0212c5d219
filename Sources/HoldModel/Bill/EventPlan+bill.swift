extension EventPlan {
    /// What the differences of this plan have cost. The lines of a category add up to the seats that the plan puts on sale.
    ///
    /// - Parameter part: the part of the plan that counts; `nil` for all of it.
    package func bill(of part: PlanPart? = nil) -> [BillLine] {
        let found = findings.filter { finding in
            finding.outcome == .found && finding.category != nil && (part?.contains(finding) ?? true)
        }
        let changes = Dictionary(
            counts.filter { part?.categories.contains($0.category) ?? true }.map { ($0.category, $0) },
            uniquingKeysWith: { first, _ in first })
        let byCategory = Dictionary(grouping: found) { $0.category ?? CategoryID("") }
        return Set(changes.keys).union(byCategory.keys).sorted().flatMap { category in
            lines(of: category, changes[category], byCategory[category] ?? [])
        }
    }

    private func lines(of category: CategoryID, _ change: CountChange?, _ findings: [Finding]) -> [BillLine] {
        let raise = change?.raise ?? 0
        if findings.isEmpty {
            return raise == 0 ? [] : [BillLine(.malformed, event: event, category: category, seats: raise)]
        }
        let shares = SeatShares(of: raise, among: findings, onSale: (change?.counts.available ?? 0) - raise)
        return zip(findings, shares.seats).compactMap { finding, seats in
            // Holds that were to be closed had their seats by right, and what an undo puts back is no drift of the platform.
            if finding.cause == .purged || finding.cause == .undone { return nil }
            return BillLine(
                finding.cause, event: event, category: category, hold: finding.hold, seats: seats,
                since: finding.since)
        }
    }
}

/// How the seats that a repair puts on sale in one category, or takes off it, are shared among its findings.
private struct SeatShares {
    private let findings: [Finding]
    private var shares: [Int128]
    private var rest: Int128

    /// - Parameters:
    ///   - findings: at least one.
    ///   - onSale: the seats that are on sale now.
    init(of raise: Int64, among findings: [Finding], onSale: Int64) {
        self.findings = findings
        shares = findings.map { Int128($0.seatsFreed) }
        rest = Int128(raise) - shares.reduce(0, +)
        takeOffForRewrittenHolds()
        // What is left is of the hash of the category itself.
        shares[findings.firstIndex { $0.hold == nil } ?? 0] += rest
        hideWhatIsNotOnSale(Int128(onSale))
    }

    var seats: [Int64] { shares.map { Int64(clamping: $0) } }

    /// Seats of a hold whose hash was lost may be in `pending` still, so that nothing goes off sale with its new hash.
    private mutating func takeOffForRewrittenHolds() {
        for place in findings.indices where rest < 0 && findings[place].rewritesHold {
            let seats = min(-rest, Int128(findings[place].seats))
            shares[place] -= seats
            rest += seats
        }
    }

    /// Where one difference hides another, no more seats are at risk than are on sale.
    private mutating func hideWhatIsNotOnSale(_ onSale: Int128) {
        let atRisk = -shares.filter { $0 < 0 }.reduce(0, +)
        var (risks, leaks) = (max(atRisk - onSale, 0), max(atRisk - onSale, 0))
        for place in shares.indices {
            let (risk, leak) = (min(max(-shares[place], 0), risks), min(max(shares[place], 0), leaks))
            shares[place] += risk - leak
            risks -= risk
            leaks -= leak
        }
    }
}

extension Finding {
    /// Seats that its repair puts on sale, as far as it says so itself; negative where it takes them off.
    fileprivate var seatsFreed: Int64 {
        if hold != nil {
            guard case .hold(let status, _) = after, [.expired, .cancelled].contains(HoldStatus(rawValue: status))
            else {
                return 0
            }
            return seats
        }
        guard case .inventory(let fields) = before, let counts = fields.counts, case .counts(let truth, _) = after
        else {
            return 0
        }
        return switch cause {
        case .ttlRace, .lostClaim, .abandonedCheckout: seats
        case .lostHash, .orderWithoutHold: -seats
        case .staleTotal: truth.total > counts.total ? seats : -seats
        case .staleSold: truth.sold < counts.sold ? seats : -seats
        default: 0
        }
    }

    /// Whether it writes the hash of a hold anew.
    fileprivate var rewritesHold: Bool {
        guard hold != nil, case .hold(let status, _) = after else { return false }
        return HoldStatus(rawValue: status)?.isActive ?? false
    }
}
