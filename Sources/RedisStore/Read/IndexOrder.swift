import HoldModel

/// The position of a walk over the index in the order of its scores, for a run that only looks.
///
/// `ZSCAN` costs Redis 1.9 µs a member: it jumps about in memory, and prints each score. To ask for the members of one
/// second costs a quarter of that, and most indexes have many members in each second. A member that is there during the
/// whole walk comes once, unless its score is lowered past the position of the walk. The platform only raises scores
/// (contract section 2, extend), and a raised one is found, since the walk ends after the last member.
package struct IndexOrder: Sendable {
    /// How many members a step reads, about: half a millisecond of Redis' time.
    static let membersAtOnce = 1000
    /// How many members a second may have; with more, only `ZSCAN` is sure to take small steps.
    static let greatestSecond = 5000
    /// With so many members a second or more, each second is read by itself.
    private static let worthwhile = 4.0
    private static let greatestSeconds = 128

    /// All members with a lower score were read; `nil` where none was.
    let from: Int64?
    /// How many members a second has, by the step before.
    private let density: Double

    package static let start = IndexOrder(from: nil, density: 0)

    init(from: Int64?, density: Double) {
        self.from = from
        self.density = density
    }

    /// The seconds that the next step reads one by one; `nil` where it reads the next members, whatever their scores.
    var seconds: Range<Int64>? {
        guard let from, density >= Self.worthwhile else { return nil }
        let count = min(max(Int64(Double(Self.membersAtOnce) / density), 1), Int64(Self.greatestSeconds))
        return from..<from + count
    }

    /// The lowest score of the next step, as a word of a command.
    var lowest: String { from.map { String($0) } ?? "-inf" }
}

/// A score of the index as a number.
struct IndexNumber {
    /// Whole seconds, rounded down; `nil` for a number that a double cannot keep exactly.
    let second: Int64?

    init(_ text: Span<UInt8>) {
        if let whole = decimalInteger(text) {
            second = Self.isExact(Double(whole)) ? whole : nil
        } else {
            second = Double(String(decoding: text.indices.map { text[$0] }, as: UTF8.self))
                .flatMap { Self.isExact($0) ? Int64($0.rounded(.down)) : nil }
        }
    }

    private static func isExact(_ number: Double) -> Bool {
        number.isFinite && number.magnitude < 9e15
    }
}
