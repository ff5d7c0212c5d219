/// The time by which nearly all orders end later or earlier than their holds: whole quarters of an hour, an hour at
/// least.
///
/// Such times are local ones that were kept without their zone, and an order seems to be over while its hold lives.
/// Extended holds also end later than their orders say, but each by a time of its own.
package struct TimeShift: Sendable, Equatable {
    /// How many pairs it takes; fewer say nothing.
    package static let fewest = 10
    private static let quarter: Int64 = 900
    /// Seconds by which an order and its hold may differ in addition.
    private static let tolerance: Int64 = 60

    /// How many seconds later the orders end than their holds.
    package let seconds: Int64
    /// How many pairs differ by this time.
    package let alike: Int
    package let pairs: Int

    /// - Parameter ends: the ends of orders and of their holds, in seconds since 1970.
    /// - Returns: `nil` where the times agree, or differ by various times.
    package init?(_ ends: [(order: Int64, hold: Int64)]) {
        guard ends.count >= Self.fewest else { return nil }
        var counts: [Int64: Int] = [:]
        for end in ends {
            let (difference, overflow) = end.order.subtractingReportingOverflow(end.hold)
            if overflow { continue }
            let quarters = (Double(difference) / Double(Self.quarter)).rounded()
            // No zone is farther from UTC than fourteen hours.
            guard (4...56).contains(abs(quarters)),
                abs(Double(difference) - quarters * Double(Self.quarter)) <= Double(Self.tolerance)
            else { continue }
            counts[Int64(quarters) * Self.quarter, default: 0] += 1
        }
        guard let (shift, count) = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
            count * 10 >= ends.count * 8
        else { return nil }
        (seconds, alike, pairs) = (shift, count, ends.count)
    }

    /// A sentence for people that says what this means.
    package var words: String {
        let (hours, minutes) = (abs(seconds) / 3600, abs(seconds) % 3600 / 60)
        let long = minutes == 0 ? "\(hours) h" : "\(hours) h \(minutes) min"
        return
            "of \(pairs) holds \(alike) have orders whose expires_at lies \(long) \(seconds < 0 ? "before" : "behind") the "
            + "hash's: the times in SQL seem to be local ones, without a zone, and are read as UTC"
    }
}
