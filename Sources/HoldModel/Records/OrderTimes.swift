/// The status and the times of an order, which say whether its hold is over.
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

    /// Whether the checkout was accepted: such an order does not end by time (contract section 3).
    package var isAccepted: Bool {
        switch status {
        case .pendingPayment: expiresAt == nil
        case .processing: true
        // In doubt seats stay held: an order with an unknown status is not over.
        case nil: true
        case .confirmed, .completed, .cancelled, .refunded, .expired, .failed: false
        }
    }

    /// Returns the seconds since the checkout was accepted; `nil` where SQL does not say when that was.
    package func age(at now: Timestamp) -> Int64? {
        guard let since = [createdAt, paidAt].compactMap(\.self).max() else { return nil }
        return (now.milliseconds - since.milliseconds) / 1000
    }

    /// Whether the finalizer should have come by now (design section 3).
    package func waitsForFinalizer(now: Timestamp, policy: Policy) -> Bool {
        isAccepted && (age(at: now) ?? 0) > policy.holdTTL
    }
}
