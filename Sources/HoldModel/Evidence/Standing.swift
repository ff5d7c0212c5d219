extension OrderStanding {
    /// - Parameters:
    ///   - order: the token's order in the snapshot, if any, with a status that the contract names.
    ///   - now: the instant by which expiry is judged.
    package init(_ order: Order?, now: Timestamp, policy: Policy) {
        guard let order else {
            self = .none
            return
        }
        self =
            order.times.standing(now: now)
            ?? (order.abandonment(now: now, policy: policy) == nil ? .accepted : .abandoned)
    }

    /// Judges an order by its row, as far as this takes little evidence.
    ///
    /// - Parameter token: the token of the order.
    /// - Returns: `nil` where only a plan can tell, or people must be told, as of an accepted order that waits.
    init?(_ times: OrderTimes, token: Span<UInt8>, now: Timestamp, policy: Policy) {
        if let standing = times.standing(now: now) {
            self = standing
            return
        }
        guard policy.abandonedOrders.isEmpty else { return nil }
        guard times.waitsForFinalizer(now: now, policy: policy) else {
            self = .accepted
            return
        }
        // Old platforms have years of stuck orders: these need no plan each.
        guard times.status == .pendingPayment, let age = times.age(at: now), age > policy.abandonOlderThan,
            policy.checkouts.lists != .unread, !policy.checkouts.mayHaveMessage(token)
        else { return nil }
        self = .abandoned
    }
}

extension OrderTimes {
    /// Returns what the row says of the order; `nil` for an accepted one, since evidence may say that it is abandoned.
    fileprivate func standing(now: Timestamp) -> OrderStanding? {
        switch status {
        case .pendingPayment: expiresAt.map { $0 < now ? .reservedOver : .reserved }
        case .processing, nil: nil
        case .confirmed, .completed: .sold
        case .cancelled, .refunded, .expired, .failed: .closed
        }
    }
}

extension HashStanding {
    package init(_ state: HoldState, now: Timestamp) {
        guard case .whole(let hold) = state else {
            self = .unusable
            return
        }
        self.init(hold.status, expiresAtEpoch: hold.end, now: now)
    }

    /// Judges a whole hash by its status and its expiry.
    package init(_ status: HoldStatus, expiresAtEpoch: Int64, now: Timestamp) {
        let isExpired = Hold.isExpired(expiresAtEpoch, at: now)
        switch status {
        case .held: self = isExpired ? .heldExpired : .active
        case .checkoutPending, .checkoutCommitted: self = isExpired ? .claimedExpired : .active
        case .finalized: self = .finalized
        case .expired, .cancelled: self = .released
        }
    }
}
