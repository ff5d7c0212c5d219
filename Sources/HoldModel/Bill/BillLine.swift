/// What one difference has cost: seats of one category that it kept off sale, or put on sale although they are taken.
package struct BillLine: Sendable, Hashable {
    package let cause: Cause
    package let event: EventID
    package let category: CategoryID
    /// The hold whose seats they are, where it is known.
    package let hold: HoldToken?
    /// Seats that are leaked: neither sold nor held, and not on sale. Negative for seats that may be sold twice: on sale,
    /// although they are sold or held. 0 for a difference that does neither, such as a sale that only SQL knows.
    package let seats: Int64
    /// Since when it is so, where a hold or an order says it.
    package let since: Timestamp?

    package init(
        _ cause: Cause, event: EventID, category: CategoryID, hold: HoldToken? = nil, seats: Int64,
        since: Timestamp? = nil
    ) {
        self.cause = cause
        self.event = event
        self.category = category
        self.hold = hold
        self.seats = seats
        self.since = since
    }
}
