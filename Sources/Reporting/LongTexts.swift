import HoldModel
import Output

/// The room that a document has left for long texts: a server's ids may have any length, a document must not.
///
/// Texts of up to a kilobyte are always whole. Longer ones are whole while all of them together take no more than a
/// megabyte, and each no more than ``Printed/longestText``; the others lose their middle.
struct LongTexts {
    /// A text of up to so many bytes takes no room.
    static let short = 1024
    private static let greatestSum = 1 << 20

    private var left = Self.greatestSum

    /// Returns how many bytes each text of the next finding may have, and takes them from the room.
    mutating func limit(for finding: Finding) -> Int {
        let long = Self.lengths(of: finding).filter { $0 > Self.short }
        let sum = long.reduce(0, +)
        guard sum > 0 else { return Self.short }
        guard sum <= left, long.allSatisfy({ $0 <= Printed.longestText }) else { return Self.short }
        left -= sum
        return Printed.longestText
    }

    /// Returns the length of each text of a finding, in bytes.
    private static func lengths(of finding: Finding) -> [Int] {
        let ids = [finding.event?.bytes.count, finding.category?.bytes.count, finding.hold?.bytes.count]
        let states = (finding.before.fields + finding.after.fields).map { $0.value?.count }
        return (ids + states + [finding.detail?.utf8.count]).compactMap(\.self)
    }
}
