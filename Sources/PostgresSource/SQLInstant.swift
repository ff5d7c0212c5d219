import HoldModel

/// An instant as SQL keeps it.
enum SQLInstant: Equatable {
    case finite(Timestamp)
    case infinite

    /// Microseconds from PostgreSQL's epoch to the instant; its two infinities are the type's least and greatest value.
    init(microsecondsSince2000 microseconds: Int64) {
        switch microseconds {
        case .min, .max: self = .infinite
        default:
            let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1000)
            let milliseconds = quotient - (remainder < 0 ? 1 : 0)
            self = .finite(Timestamp(milliseconds: milliseconds + 946_684_800_000))
        }
    }

    var finite: Timestamp? {
        if case .finite(let instant) = self { instant } else { nil }
    }
}
