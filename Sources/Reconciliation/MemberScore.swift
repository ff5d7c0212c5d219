import HoldModel

/// The score of a token's index member, as far as two sides that know it must agree: the hash says what it must be, the
/// index what it is.
struct MemberScore: Equatable, Sendable {
    let rawValue: Int64

    init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Seconds since 1970; the greatest that a double keeps exactly is far below the marks.
    init(seconds: Int64) {
        rawValue = seconds
    }

    /// As the index shows it.
    init(_ text: Span<UInt8>) {
        rawValue = decimalInteger(text) ?? Self.odd.rawValue
    }

    /// No whole number of seconds: no hash says that.
    static let odd = MemberScore(rawValue: .max)
    /// The token was shown without one.
    static let none = MemberScore(rawValue: .max - 1)
    /// The look has compared it itself.
    static let any = MemberScore(rawValue: .max - 2)

    /// - Parameter shown: what the index has shown.
    func agrees(with shown: MemberScore) -> Bool {
        self == .any || self == shown
    }
}
