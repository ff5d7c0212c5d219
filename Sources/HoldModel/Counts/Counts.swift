/// The largest number of seats that Lua and JavaScript, and so the platform's scripts, count exactly.
package let greatestSeatCount: Int64 = 1 << 53

/// The four counts of a category, in seats (contract section 2).
package struct Counts: Sendable, Hashable {
    package var total: Int64
    package var sold: Int64
    package var pending: Int64
    package var available: Int64

    package init(total: Int64, sold: Int64, pending: Int64, available: Int64) {
        self.total = total
        self.sold = sold
        self.pending = pending
        self.available = available
    }

    /// Makes true counts: `available` is what is left, never below zero (design section 3).
    ///
    /// - Returns: `nil` where the numbers do not fit in 64 bits.
    package init?(total: Int64, sold: Int64, pending: Int64) {
        guard let left = Self.left(total: total, sold: sold, pending: pending) else { return nil }
        self.init(total: total, sold: sold, pending: pending, available: max(left, 0))
    }

    /// Seats promised beyond `total`; zero where there are none.
    package var oversold: Int64 {
        guard let left = Self.left(total: total, sold: sold, pending: pending) else { return 0 }
        return max(-left, 0)
    }

    private static func left(total: Int64, sold: Int64, pending: Int64) -> Int64? {
        let (unsold, soldOverflow) = total.subtractingReportingOverflow(sold)
        let (left, overflow) = unsold.subtractingReportingOverflow(pending)
        return soldOverflow || overflow ? nil : left
    }
}
