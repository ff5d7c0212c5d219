/// How far the times of orders lie from those of their holds where nearly all lie alike, by whole quarters of an hour and an
/// hour at least: such times are local ones that were kept without their zone, and an order seems over while its hold lives.
///
/// A hold that was extended ends later than its order says, each by another time.
package struct TimeShift: Sendable, Equatable {
    /// Fewer pairs say nothing.
    package static let fewest = 10
    private static let quarter: Int64 = 900
    /// Seconds by which an order and its hold may differ besides.
    private static let tolerance: Int64 = 60

    /// By how much the orders end later than the holds, in seconds.
    package let seconds: Int64
    /// Pairs that lie so.
    package let alike: Int
    package let pairs: Int

    /// - Parameter ends: of orders and of their holds, in seconds since 1970.
    /// - Returns: `nil` where the times agree, or lie apart each by another time.
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

    /// What it means, for people.
    package var words: String {
        let (hours, minutes) = (abs(seconds) / 3600, abs(seconds) % 3600 / 60)
        let long = minutes == 0 ? "\(hours) h" : "\(hours) h \(minutes) min"
        return
            "of \(pairs) holds \(alike) have orders whose expires_at lies \(long) \(seconds < 0 ? "before" : "behind") the "
            + "hash's: the times in SQL seem to be local ones, without a zone, and are read as UTC"
    }
}
