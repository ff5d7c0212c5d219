import HoldModel

/// What stands for a token where there are millions of them: 12 bytes, and nothing to follow.
///
/// Of two values of Swift's keyed hash, whose key differs from process to process: nobody can choose tokens that share one,
/// and by chance two of ten million do with a probability of 10⁻¹⁵.
struct TokenDigest: Hashable, Sendable {
    // Words of four bytes: with one of eight it would take sixteen.
    private let high: UInt32
    private let middle: UInt32
    private let low: UInt32

    /// Of no token; stands where there is none.
    static let none = TokenDigest(0, 0)

    private init(_ first: UInt64, _ second: UInt64) {
        high = UInt32(truncatingIfNeeded: first)
        (middle, low) = (UInt32(truncatingIfNeeded: second >> 32), UInt32(truncatingIfNeeded: second))
    }

    init(_ token: HoldToken) {
        self.init(token.bytes.span)
    }

    init(_ token: Span<UInt8>) {
        var hasher = Hasher()
        hasher.combine(token)
        var other = hasher
        other.combine(1 as UInt8)
        self.init(
            UInt64(bitPattern: Int64(other.finalize())), UInt64(bitPattern: Int64(hasher.finalize())))
    }

    /// One of 256.
    var segment: Int { Int(high >> 24) }

    /// One of as many slots, by the part that does not choose the segment.
    func slot(of count: Int) -> Int {
        Int((UInt64(middle) << 32 | UInt64(low)).multipliedFullWidth(by: UInt64(count)).high)
    }
}
