/// What a stable look showed that would put seats on sale: the first of the two looks that this takes (design section 6,
/// "in doubt, seats stay held").
package struct ReleaseProof: Sendable, Hashable {
    /// Seats by category that the plan would put on sale.
    private let raises: [CategoryID: Int64]
    /// Holds that the plan would close.
    private let closed: Set<HoldToken>

    /// `nil` where the plan puts no seat on sale, so that one look is enough.
    package init?(_ plan: EventPlan) {
        let raises = plan.counts.filter { $0.raise > 0 }
        guard !raises.isEmpty else { return nil }
        self.raises = Dictionary(raises.map { ($0.category, $0.raise) }, uniquingKeysWith: max)
        closed = Set(plan.holds.filter(\.closesHold).map(\.token))
    }

    /// Whether this, seen first, and `later` show the same: the later look puts no seat on sale and closes no hold that
    /// the first one would not have.
    package func isConfirmed(by later: ReleaseProof) -> Bool {
        later.closed.isSubset(of: closed)
            && later.raises.allSatisfy { category, seats in seats <= raises[category] ?? 0 }
    }
}

extension HoldChange {
    /// Whether the hold stops keeping its seats.
    package var closesHold: Bool {
        if case .close = hash { true } else { false }
    }
}
