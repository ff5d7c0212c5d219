/// Seats of one category.
package struct Seats: Sendable, Hashable {
    package let category: String
    package let quantity: Int

    package init(_ category: String, _ quantity: Int) {
        self.category = category
        self.quantity = quantity
    }
}

/// A hold as the one who took it knows it: what the later steps must name again.
package struct PlatformHold: Sendable, Hashable {
    package let token: String
    package let event: String
    /// In the order of the hold's entries.
    package let seats: [Seats]
    package let createdAt: Int
    package let expiresAt: Int

    package init(token: String, event: String, seats: [Seats], createdAt: Int, expiresAt: Int) {
        self.token = token
        self.event = event
        self.seats = seats
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// The id of the order that is written for it.
    package var order: String {
        "order-\(token)"
    }
}
