import HoldModel

/// What stands for a token where there are millions of them: 16 bytes, and nothing to follow.
///
/// Two halves of Swift's keyed hash, whose key differs from process to process: nobody can choose tokens that share one,
/// and by chance two of a million do with a probability of 10⁻²⁷.
struct TokenDigest: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    init(_ token: HoldToken) {
        var hasher = Hasher()
        token.hash(into: &hasher)
        var other = hasher
        low = UInt64(bitPattern: Int64(hasher.finalize()))
        other.combine(1 as UInt8)
        high = UInt64(bitPattern: Int64(other.finalize()))
    }

    static func == (one: TokenDigest, other: TokenDigest) -> Bool {
        one.low == other.low && one.high == other.high
    }

    /// It is a hash already.
    func hash(into hasher: inout Hasher) {
        hasher.combine(low)
    }
}
