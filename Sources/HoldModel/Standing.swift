extension OrderStanding {
    /// - Parameters:
    ///   - order: the token's order in the snapshot, if any, with a status the contract names.
    ///   - now: the clock that expiry is judged by.
    package init(_ order: Order?, now: Timestamp, policy: Policy) {
        guard let order else {
            self = .none
            return
        }
        self.init(order.times, now: now, policy: policy)
    }
}

extension HashStanding {
    package init(_ state: HoldState, now: Timestamp) {
        guard case .whole(let hold) = state else {
            self = .unusable
            return
        }
        self.init(hold.status, expiresAtEpoch: hold.expiresAtEpoch, now: now)
    }

    /// Of a whole hash.
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
