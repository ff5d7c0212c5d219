import HoldModel

/// A digest of a token in 12 bytes, since there may be millions of tokens.
///
/// It is made of two values of Swift's keyed hash, whose key differs from process to process. So nobody can choose
/// tokens with the same digest; that two of ten million have it by chance has a probability of 10⁻¹⁵.
struct TokenDigest: Hashable, Sendable {
    // Words of four bytes: with a word of eight, the alignment would make it sixteen.
    private let high: UInt32
    private let middle: UInt32
    private let low: UInt32

    /// The value of a slot without a token.
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

    /// The number of its table, of 256.
    var segment: Int { Int(high >> 24) }

    /// Returns its slot, of `count`, from the part that does not choose the table.
    func slot(of count: Int) -> Int {
        Int((UInt64(middle) << 32 | UInt64(low)).multipliedFullWidth(by: UInt64(count)).high)
    }
}
