/// What a stable look showed that would put seats on sale, now or when a hold ends that nobody knew: the first of the two
/// looks that this takes (design section 6, "in doubt, seats stay held").
package struct ReleaseProof: Sendable, Hashable {
    private struct Seats: Hashable {
        /// Seats that go on sale, once all is off sale that must be: the first look may be applied in part before the second.
        let freed: Int64
        /// Seats that leave `pending` unexplained, as where a dead finalizer's are counted as sold.
        let unexplained: Int64
    }

    /// By category, of the plan's counts that need such a proof.
    private let seats: [CategoryID: Seats]
    /// Holds that the plan would close.
    private let closed: Set<HoldToken>

    /// `nil` where one look is enough.
    ///
    /// - Parameter unexplained: whether seats count that leave `pending` unexplained and are not put on sale at once.
    package init?(_ plan: EventPlan, countingUnexplained unexplained: Bool = true) {
        let changes = plan.counts.filter { $0.freed > 0 || unexplained && $0.unexplained > 0 }
        guard !changes.isEmpty else { return nil }
        seats = Dictionary(
            changes.map { ($0.category, Seats(freed: $0.freed, unexplained: $0.unexplained)) },
            uniquingKeysWith: { first, _ in first })
        closed = Set(plan.holds.filter(\.closesHold).map(\.token))
    }

    /// Whether this, seen first, and `later` show the same: the later look frees no seat and closes no hold that the first
    /// one would not have.
    package func isConfirmed(by later: ReleaseProof) -> Bool {
        later.closed.isSubset(of: closed)
            && later.seats.allSatisfy { category, shown in
                guard let first = seats[category] else { return false }
                return shown.freed <= first.freed && shown.unexplained <= first.unexplained
            }
    }
}

extension HoldChange {
    /// Whether the hold stops keeping its seats.
    package var closesHold: Bool {
        if case .close = hash { true } else { false }
    }
}
