/// What an order says of its hold's time.
package struct OrderTimes: Sendable, Hashable {
    package let status: OrderStatus?
    package let expiresAt: Timestamp?
    package let createdAt: Timestamp?
    package let paidAt: Timestamp?

    package init(status: OrderStatus?, expiresAt: Timestamp?, createdAt: Timestamp?, paidAt: Timestamp? = nil) {
        self.status = status
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.paidAt = paidAt
    }

    /// Whether the checkout was accepted: no time ends such an order (contract section 3).
    package var isAccepted: Bool {
        switch status {
        case .pendingPayment: expiresAt == nil
        case .processing: true
        // In doubt seats stay held: an order of a status that nobody knows is none that is over.
        case nil: true
        case .confirmed, .completed, .cancelled, .refunded, .expired, .failed: false
        }
    }

    /// Seconds since the checkout was accepted, as far as SQL tells; `nil` where it tells nothing.
    package func age(at now: Timestamp) -> Int64? {
        guard let since = [createdAt, paidAt].compactMap(\.self).max() else { return nil }
        return (now.milliseconds - since.milliseconds) / 1000
    }

    /// Whether the finalizer should have come by now (design section 3).
    package func waitsForFinalizer(now: Timestamp, policy: Policy) -> Bool {
        isAccepted && (age(at: now) ?? 0) > policy.holdTTL
    }
}
