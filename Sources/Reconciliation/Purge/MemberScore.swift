import HoldModel

/// The score of a token's index member, for a comparison: the hash says what it must be, the index what it is. There
/// are millions, so it has four bytes: seconds since 1970, until 2106, or one of the special values below.
struct MemberScore: Equatable, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Makes the score that a hash says, in seconds since 1970.
    init(seconds: Int64) {
        rawValue = Self.code(seconds) ?? Self.far.rawValue
    }

    /// Makes the score that the index shows.
    init(_ text: Span<UInt8>) {
        rawValue = decimalInteger(text).flatMap(Self.code) ?? Self.odd.rawValue
    }

    private static func code(_ seconds: Int64) -> UInt32? {
        UInt32(exactly: seconds).flatMap { $0 < far.rawValue ? $0 : nil }
    }

    /// The index shows a score that is no whole number of seconds until 2106.
    static let odd = MemberScore(rawValue: .max)
    /// The token has no member.
    static let none = MemberScore(rawValue: .max - 1)
    /// The look has compared the score itself.
    static let any = MemberScore(rawValue: .max - 2)
    /// The hash says a score beyond 2106; another look compares it with the index.
    private static let far = MemberScore(rawValue: .max - 3)

    /// Whether the score that the hash says agrees with that of the index.
    ///
    /// - Parameter shown: the score of the index.
    func agrees(with shown: MemberScore) -> Bool {
        self == .any || self == shown
    }
}
