import Foundation

/// What the checkout API tells the finalizer: that an order is to be sold. It waits as JSON in a Redis list.
package struct FinalizationMessage: Codable, Sendable, Hashable {
    package struct Item: Codable, Sendable, Hashable {
        let categoryId: String
        let quantity: Int
    }

    package struct Payload: Codable, Sendable, Hashable {
        package let orderId: String
        package let holdToken: String
        let eventId: String
        let items: [Item]
        let paymentReference: String
    }

    package let payload: Payload
    /// How often the finalizer has failed on it.
    package private(set) var attempts = 0
    let messageId: String
    let correlationId: String
    let enqueuedAt: String
    /// Of a dead letter: when the finalizer gave up, and why.
    package private(set) var failedAt: String?
    package private(set) var error: String?

    /// - Parameter now: seconds since 1970.
    package init(_ hold: PlatformHold, at now: Int) {
        payload = Payload(
            orderId: hold.order, holdToken: hold.token, eventId: hold.event,
            items: hold.seats.map { Item(categoryId: $0.category, quantity: $0.quantity) },
            paymentReference: "payment-\(hold.token)")
        messageId = "message-\(hold.token)"
        correlationId = "trace-\(hold.token)"
        enqueuedAt = Clock.text(of: now)
    }

    package init(json: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    }

    package func json() throws -> String {
        String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
    }

    /// The same as a dead letter.
    package func dead(because reason: String, at now: Int) -> Self {
        var dead = self
        dead.attempts += 1
        dead.failedAt = Clock.text(of: now)
        dead.error = reason
        return dead
    }

    /// The hold as far as the message tells it: not when it was taken, nor when it ends.
    package var hold: PlatformHold {
        PlatformHold(
            token: payload.holdToken, event: payload.eventId,
            seats: payload.items.map { Seats($0.categoryId, $0.quantity) }, createdAt: 0, expiresAt: 0)
    }
}
