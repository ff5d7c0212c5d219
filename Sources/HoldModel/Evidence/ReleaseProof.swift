/// What a stable look would put on sale, now or when an unknown hold ends. It is kept of the first of the two looks
/// that this takes (design section 6, "in doubt seats stay held").
package struct ReleaseProof: Sendable, Hashable {
    private struct Seats: Hashable {
        /// Seats that go on sale, counted from where everything that must go off sale has gone: that part of the first
        /// look may be applied before the second.
        let freed: Int64
        /// Seats that leave `pending` unexplained, such as those of a dead finalizer that become `sold`.
        let unexplained: Int64
    }

    /// The seats of each category whose counts need this proof.
    private let seats: [CategoryID: Seats]
    /// Holds that the plan would close.
    private let closed: Set<HoldToken>

    /// `nil` where one look is enough.
    ///
    /// - Parameter unexplained: whether the proof is also for seats that leave `pending` unexplained without going on sale.
    package init?(_ plan: EventPlan, countingUnexplained unexplained: Bool = true) {
        let changes = plan.counts.filter { $0.freed > 0 || unexplained && $0.unexplained > 0 }
        guard !changes.isEmpty else { return nil }
        seats = Dictionary(
            changes.map { ($0.category, Seats(freed: $0.freed, unexplained: $0.unexplained)) },
            uniquingKeysWith: { first, _ in first })
        closed = Set(plan.holds.filter(\.closesHold).map(\.token))
    }

    /// Whether a later look confirms this one: it frees no seat and closes no hold that this one would not.
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
