/// `orders.status` (contract section 1).
package enum OrderStatus: String, Sendable, CaseIterable {
    case pendingPayment = "pending_payment"
    case processing
    case confirmed
    case completed
    case cancelled
    case refunded
    case expired
    case failed
}

/// Seats of one category that an order or a hold asks for.
package struct SeatLine: Hashable, Sendable {
    package let category: CategoryID
    /// Seats; one or more.
    package let quantity: Int64

    package init(category: CategoryID, quantity: Int64) {
        self.category = category
        self.quantity = quantity
    }
}

/// An order as one snapshot shows it, with the seats it asks for.
package struct Order: Sendable, Hashable {
    package let id: OrderID
    package let token: HoldToken
    package let event: EventID
    /// `nil` where the contract does not name the status; ``fault`` says which it is.
    package let status: OrderStatus?
    package let expiresAt: Timestamp?
    package let createdAt: Timestamp?
    package let paidAt: Timestamp?
    package let updatedAt: Timestamp?
    /// The seats from `order_items`, else counted from `tickets` (contract section 1).
    package var lines: [SeatLine]
    /// What makes this row unusable, in words; such an order stops its event (design section 6.9).
    package var fault: String?

    package init(
        id: OrderID, token: HoldToken, event: EventID, status: OrderStatus?, expiresAt: Timestamp?,
        createdAt: Timestamp?, paidAt: Timestamp? = nil, updatedAt: Timestamp? = nil, lines: [SeatLine],
        fault: String? = nil
    ) {
        self.id = id
        self.token = token
        self.event = event
        self.status = status
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.paidAt = paidAt
        self.updatedAt = updatedAt
        self.lines = lines
        self.fault = fault
    }

    /// The status and the times of the order.
    package var times: OrderTimes {
        OrderTimes(status: status, expiresAt: expiresAt, createdAt: createdAt, paidAt: paidAt)
    }

    /// When the order was sold, as far as it says; the grace of the finalizer counts from here (design section 3).
    package var soldAt: Timestamp? {
        paidAt ?? updatedAt
    }
}
