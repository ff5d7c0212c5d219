import HoldModel

/// The score of a token's index member, as far as two sides that know it must agree: the hash says what it must be, the
/// index what it is. Four bytes, since there are millions of them: seconds that a clock shows before 2106, or a mark.
struct MemberScore: Equatable, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// What a hash says it must be, in seconds since 1970.
    init(seconds: Int64) {
        rawValue = Self.code(seconds) ?? Self.far.rawValue
    }

    /// As the index shows it.
    init(_ text: Span<UInt8>) {
        rawValue = decimalInteger(text).flatMap(Self.code) ?? Self.odd.rawValue
    }

    private static func code(_ seconds: Int64) -> UInt32? {
        UInt32(exactly: seconds).flatMap { $0 < far.rawValue ? $0 : nil }
    }

    /// Shown, and no whole number of seconds of these times.
    static let odd = MemberScore(rawValue: .max)
    /// The token was shown without one.
    static let none = MemberScore(rawValue: .max - 1)
    /// The look has compared it itself.
    static let any = MemberScore(rawValue: .max - 2)
    /// What a hash says of other times: what the index shows is compared by another look.
    private static let far = MemberScore(rawValue: .max - 3)

    /// - Parameter shown: what the index has shown.
    func agrees(with shown: MemberScore) -> Bool {
        self == .any || self == shown
    }
}
