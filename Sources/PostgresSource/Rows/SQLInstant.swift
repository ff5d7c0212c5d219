import HoldModel

/// An instant as SQL keeps it.
enum SQLInstant: Equatable {
    case usable(Timestamp)
    /// An infinite instant, or one whose year does not have the four digits that ISO 8601, and so a hold's hash, needs.
    case unusable

    /// From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z, in milliseconds since 1970.
    private static let years: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// Makes an instant from microseconds since PostgreSQL's epoch; the least and the greatest value are its two
    /// infinities.
    init(microsecondsSince2000 microseconds: Int64) {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1000)
        let milliseconds = quotient - (remainder < 0 ? 1 : 0) + 946_684_800_000
        self = Self.years.contains(milliseconds) ? .usable(Timestamp(milliseconds: milliseconds)) : .unusable
    }

    var usable: Timestamp? {
        if case .usable(let instant) = self { instant } else { nil }
    }
}
