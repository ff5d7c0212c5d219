import HoldModel
import Output

/// How much room a document has left for long texts: ids of servers may be of any length, and a document must not be.
///
/// What has up to a kilobyte is always whole. What has more is whole while all of it together takes no more than a megabyte,
/// and each no more than ``Printed/longestText``; of the rest the middle is left out.
struct LongTexts {
    /// Bytes of a text that counts as none.
    static let short = 1024
    private static let greatestSum = 1 << 20

    private var left = Self.greatestSum

    /// The bytes that each text of the next finding may have.
    mutating func limit(for finding: Finding) -> Int {
        let long = Self.lengths(of: finding).filter { $0 > Self.short }
        let sum = long.reduce(0, +)
        guard sum > 0 else { return Self.short }
        guard sum <= left, long.allSatisfy({ $0 <= Printed.longestText }) else { return Self.short }
        left -= sum
        return Printed.longestText
    }

    /// The bytes of each text of a finding.
    private static func lengths(of finding: Finding) -> [Int] {
        let ids = [finding.event?.bytes.count, finding.category?.bytes.count, finding.hold?.bytes.count]
        let states = (finding.before.fields + finding.after.fields).map { $0.value?.count }
        return (ids + states + [finding.detail?.utf8.count]).compactMap(\.self)
    }
}
