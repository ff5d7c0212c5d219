import HoldModel

/// An instant as SQL keeps it.
enum SQLInstant: Equatable {
    case usable(Timestamp)
    /// Infinite, or of a year that ISO 8601, and so a hold's hash, has no four digits for.
    case unusable

    /// From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z, in milliseconds since 1970.
    private static let years: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// Microseconds from PostgreSQL's epoch to the instant; its two infinities are the type's least and greatest value.
    init(microsecondsSince2000 microseconds: Int64) {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1000)
        let milliseconds = quotient - (remainder < 0 ? 1 : 0) + 946_684_800_000
        self = Self.years.contains(milliseconds) ? .usable(Timestamp(milliseconds: milliseconds)) : .unusable
    }

    var usable: Timestamp? {
        if case .usable(let instant) = self { instant } else { nil }
    }
}
