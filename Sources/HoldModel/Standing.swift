extension OrderStanding {
    /// - Parameters:
    ///   - order: the token's order in the snapshot, if any, with a status the contract names.
    ///   - now: the clock that expiry is judged by.
    package init(_ order: Order?, now: Timestamp, policy: Policy) {
        switch order?.status {
        case .pendingPayment:
            // An order that says nothing of its age cannot be called expired: in doubt, seats stay held.
            let expiry = order?.expiry(holdTTL: policy.holdTTL) ?? now
            self = expiry < now ? .openExpired : .open
        case .processing: self = .processing
        case .confirmed, .completed: self = .sold
        case .cancelled, .refunded, .expired, .failed: self = .closed
        // In doubt seats stay held: an order of a status that nobody knows is none that is over.
        case nil: self = order == nil ? .none : .processing
        }
    }
}

extension HashStanding {
    package init(_ state: HoldState, now: Timestamp) {
        guard case .whole(let hold) = state else {
            self = .unusable
            return
        }
        switch hold.status {
        case .held: self = hold.isExpired(at: now) ? .heldExpired : .active
        case .checkoutPending, .checkoutCommitted: self = hold.isExpired(at: now) ? .claimedExpired : .active
        case .finalized: self = .finalized
        case .expired, .cancelled: self = .released
        }
    }
}
