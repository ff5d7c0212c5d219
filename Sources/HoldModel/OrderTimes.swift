/// What an order says of its hold's time.
package struct OrderTimes: Sendable, Hashable {
    package let status: OrderStatus?
    package let expiresAt: Timestamp?
    package let createdAt: Timestamp?

    package init(status: OrderStatus?, expiresAt: Timestamp?, createdAt: Timestamp?) {
        self.status = status
        self.expiresAt = expiresAt
        self.createdAt = createdAt
    }

    /// The order's own expiry: `expires_at`, else `created_at` plus the hold TTL; a `processing` order has none, since
    /// payment has been taken (design section 3).
    package func expiry(holdTTL: Int64) -> Timestamp? {
        guard status != .processing else { return nil }
        return expiresAt ?? createdAt?.adding(seconds: holdTTL)
    }
}

extension OrderStanding {
    /// - Parameter now: the clock that expiry is judged by.
    package init(_ times: OrderTimes, now: Timestamp, policy: Policy) {
        switch times.status {
        case .pendingPayment:
            // An order that says nothing of its age cannot be called expired: in doubt, seats stay held.
            let expiry = times.expiry(holdTTL: policy.holdTTL) ?? now
            self = expiry < now ? .openExpired : .open
        case .processing: self = .processing
        case .confirmed, .completed: self = .sold
        case .cancelled, .refunded, .expired, .failed: self = .closed
        // In doubt seats stay held: an order of a status that nobody knows is none that is over.
        case nil: self = .processing
        }
    }
}
