import HoldModel

/// What stands for a token where there are millions of them: 16 bytes, and nothing to follow.
///
/// Two halves of Swift's keyed hash, whose key differs from process to process: nobody can choose tokens that share one,
/// and by chance two of a million do with a probability of 10⁻²⁷.
struct TokenDigest: Equatable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Of no token; stands where there is none.
    static let none = TokenDigest(high: 0, low: 0)

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init(_ token: HoldToken) {
        self.init(token.bytes.span)
    }

    init(_ token: Span<UInt8>) {
        var hasher = Hasher()
        // Eight bytes at a time, and how many there are.
        var word: UInt64 = 0
        for at in 0..<token.count {
            word = word << 8 | UInt64(token[at])
            if at & 7 == 7 { hasher.combine(word) }
        }
        hasher.combine(word)
        hasher.combine(token.count)
        var other = hasher
        low = UInt64(bitPattern: Int64(hasher.finalize()))
        other.combine(1 as UInt8)
        high = UInt64(bitPattern: Int64(other.finalize()))
    }

    /// One of 256.
    var segment: Int { Int(high >> 56) }

    /// One of as many slots, by the half that does not choose the segment.
    func slot(of count: Int) -> Int {
        Int(low.multipliedFullWidth(by: UInt64(count)).high)
    }
}
