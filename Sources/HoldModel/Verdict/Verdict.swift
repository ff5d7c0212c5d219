/// What one hold is, decided from its order and its hash alone: a pure function (design section 3).
package enum Verdict: Sendable, Hashable {
    /// Nothing stands behind the token: its index member goes, a zombie goes.
    case absent
    /// The hold lives; its seats count as `pending`.
    case active
    /// As ``active``; by SQL it has expired.
    case extended
    /// As ``active``; the hash is written again from SQL.
    case rewrite
    /// As ``active``; the hash gets another day, so that it is there, and can be finalized, when the finalizer comes.
    case renew
    /// Seats count as `pending` although the hash is over: the finalizer will sell them.
    case activeWithoutHold
    /// Sold in SQL, not yet in Redis: `pending`, not `sold`, until the finalizer has run.
    case inFlight
    /// The finalizer died: Redis is brought to where its script would have brought it.
    case finalize
    /// The seats go back on sale and the hash gets this status.
    case release(HoldStatus)
    /// An open order whose seats were put back on sale: people must act.
    case notActive
    /// Nothing to count, nothing to do.
    case ended
    /// Redis has sold what SQL does not know; nothing may be concluded from such an SQL.
    case sqlBehind

    /// - Parameters:
    ///   - order: the token's order in the snapshot, if any.
    ///   - state: the token's hash in the survey.
    ///   - now: Redis' clock.
    package init(order: Order?, state: HoldState, now: Timestamp, policy: Policy) {
        let ruling = VerdictTable.ruling(
            OrderStanding(order, now: now, policy: policy), HashStanding(state, now: now))
        switch ruling {
        case .absent: self = .absent
        case .active: self = .active
        case .extended: self = .extended
        case .rewrite: self = .rewrite
        case .release(let status): self = .release(status)
        case .releaseAfterGrace: self = Self.claimGraceIsOver(state, now, policy) ? .release(.expired) : .active
        case .finalizeAfterGrace: self = Self.finalizeGraceIsOver(order, now, policy) ? .finalize : .inFlight
        case .keepForFinalizer: self = Self.mustRenew(order, state, now, policy) ? .renew : .active
        case .sqlBehind: self = .sqlBehind
        case .notActive: self = .notActive
        case .activeWithoutHold: self = .activeWithoutHold
        case .ended: self = .ended
        }
    }

    /// Whether the hold's seats belong in `pending`.
    package var countsAsPending: Bool {
        switch self {
        case .active, .extended, .rewrite, .renew, .activeWithoutHold, .inFlight: true
        case .absent, .finalize, .release, .notActive, .ended, .sqlBehind: false
        }
    }

    private static func claimGraceIsOver(_ state: HoldState, _ now: Timestamp, _ policy: Policy) -> Bool {
        guard case .whole(let hold) = state, let expiry = Timestamp(seconds: hold.end) else { return false }
        return expiry.adding(seconds: policy.claimGrace) < now
    }

    /// Whether the hash of an accepted order must be renewed: less than half of its day is left and the finalizer is
    /// late, or it is still `held` and has expired, so that the cleaner would release it.
    private static func mustRenew(_ order: Order?, _ state: HoldState, _ now: Timestamp, _ policy: Policy) -> Bool {
        guard let order, case .whole(let hold) = state else { return false }
        if hold.status == .held { return hold.isExpired(at: now) }
        guard order.times.waitsForFinalizer(now: now, policy: policy) else { return false }
        return Hold.isExpired(hold.expiresAtEpoch, at: now.adding(seconds: policy.acceptedLife / 2))
    }

    /// Whether the finalizer should have finished by now. An order that does not say when it was sold counts as sold
    /// long ago: it has no `paid_at` and was never updated.
    private static func finalizeGraceIsOver(_ order: Order?, _ now: Timestamp, _ policy: Policy) -> Bool {
        guard let soldAt = order?.soldAt else { return true }
        return soldAt.adding(seconds: policy.finalizeGrace) < now
    }
}
