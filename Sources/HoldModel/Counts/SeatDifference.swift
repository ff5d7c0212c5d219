/// A category of which an order and its hold do not say the same.
package struct SeatDifference: Sendable, Hashable {
    package let category: CategoryID
    /// Seats that the order's rows say.
    package let ordered: Int64
    /// Seats that the hold's entries say.
    package let held: Int64

    /// By how many they differ.
    package var seats: Int64 { abs(ordered - held) }

    /// All of them, by category; a category that comes twice on one side counts twice there.
    ///
    /// - Parameters:
    ///   - order: each of a quantity from 1 to ``greatestSeatCount``, as `hold`.
    package static func between(order: [SeatLine], hold: [SeatLine]) -> [SeatDifference] {
        // Nearly all are the same, in the same sequence.
        if order == hold { return [] }
        let (ordered, held) = (sums(order), sums(hold))
        return Set(ordered.keys).union(held.keys).sorted().compactMap { category in
            let difference = SeatDifference(
                category: category, ordered: ordered[category] ?? 0, held: held[category] ?? 0)
            return difference.ordered == difference.held ? nil : difference
        }
    }

    private static func sums(_ lines: [SeatLine]) -> [CategoryID: Int64] {
        var sums: [CategoryID: Int64] = [:]
        for line in lines {
            let (sum, overflow) = sums[line.category, default: 0].addingReportingOverflow(line.quantity)
            sums[line.category] = overflow ? .max : sum
        }
        return sums
    }
}
