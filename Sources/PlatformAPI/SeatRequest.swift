package import HoldModel

/// The request of the spot check: seats of one category, for a requester of its own.
package struct SeatRequest: Sendable, Hashable {
    package let event: String
    package let category: String
    /// Seats; one or more.
    package let quantity: Int64
    /// Made up for this one request, so that its hold can be told from every other one by its metadata.
    package let requester: String

    package init(event: String, category: String, quantity: Int64, requester: String) {
        self.event = event
        self.category = category
        self.quantity = quantity
        self.requester = requester
    }

    package var line: SeatLine {
        SeatLine(category: CategoryID(category), quantity: quantity)
    }
}

extension SeatRequest: Encodable {
    private enum Field: String, CodingKey {
        case eventId, requesterId, selections
    }

    private struct Selection: Encodable {
        let categoryId: String
        let quantity: Int64
    }

    /// The body of `POST /v1/inventory/holds`.
    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(event, forKey: .eventId)
        try fields.encode(requester, forKey: .requesterId)
        try fields.encode([Selection(categoryId: category, quantity: quantity)], forKey: .selections)
    }
}
