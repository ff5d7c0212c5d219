/// What an inventory hash should say of a category once everything is put right.
package struct SeatCounts: Sendable, Hashable {
    package var total: Int
    package var sold: Int
    package var pending: Int

    package init(total: Int, sold: Int, pending: Int) {
        self.total = total
        self.sold = sold
        self.pending = pending
    }

    package var available: Int {
        max(total - sold - pending, 0)
    }

    /// The fields as they stand in Redis, `version` aside.
    package var fields: [String: String] {
        [
            "total": String(total), "sold": String(sold), "pending": String(pending), "available": String(available),
        ]
    }
}
