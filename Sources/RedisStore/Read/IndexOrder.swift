import HoldModel

/// Where a walk over the index in the order of its scores stands: for a run that only looks.
///
/// `ZSCAN` costs Redis 1.9 µs a member: it jumps about in memory, and prints each score. Members of one second, which are
/// asked for by it, cost a quarter of that, and most indexes have many of each. A member that is there throughout comes
/// once, unless its score goes down meanwhile past where the walk stands; the platform only ever moves it up (contract
/// section 3, extend), which a walk that ends behind the last member meets.
package struct IndexOrder: Sendable {
    /// Members that a step shows, about: half a millisecond of Redis' time.
    static let membersAtOnce = 1000
    /// Members of one second at the most; where there are more, `ZSCAN` alone is sure to take small steps.
    static let greatestSecond = 5000
    /// From as many members a second on each second is asked for by itself.
    private static let worthwhile = 4.0
    private static let greatestSeconds = 128

    /// All members with a score below it were shown; `nil` where none was.
    let from: Int64?
    /// Members a second, as the step before met them.
    private let density: Double

    package static let start = IndexOrder(from: nil, density: 0)

    init(from: Int64?, density: Double) {
        self.from = from
        self.density = density
    }

    /// The seconds that the next step asks for one by one; `nil` where it asks for what comes next, whatever its score.
    var seconds: Range<Int64>? {
        guard let from, density >= Self.worthwhile else { return nil }
        let count = min(max(Int64(Double(Self.membersAtOnce) / density), 1), Int64(Self.greatestSeconds))
        return from..<from + count
    }

    /// The lowest score of the next step, as a command has it.
    var lowest: String { from.map { String($0) } ?? "-inf" }
}

/// A score of the index as a number.
struct IndexNumber {
    /// Whole seconds, rounded down; `nil` where that is no number a double keeps exactly.
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
