/// An instant of a server's clock: milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// `nil` where the seconds do not fit in milliseconds of 64 bits.
    package init?(seconds: Int64) {
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return nil }
        self.milliseconds = milliseconds
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Returns the instant `seconds` later, or the last that can be represented where that would be later still.
    package func adding(seconds: Int64) -> Timestamp {
        let (step, stepOverflow) = seconds.multipliedReportingOverflow(by: 1000)
        let (sum, overflow) = milliseconds.addingReportingOverflow(step)
        return Timestamp(milliseconds: stepOverflow || overflow ? (seconds < 0 ? .min : .max) : sum)
    }

    /// Whole seconds since 1970, rounded up: a hold ends with its last second, never before it.
    package var secondsRoundedUp: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder > 0 ? quotient + 1 : quotient
    }

    /// ISO 8601 with milliseconds and `Z`, as the platform writes `createdAt` and `expiresAt` (contract section 2).
    package var iso8601: String {
        String(decoding: iso8601Bytes, as: UTF8.self)
    }

    /// ``iso8601`` as bytes.
    package var iso8601Bytes: [UInt8] {
        var text: [UInt8] = []
        text.append(addingCapacity: Self.greatestISO8601Length) { appendISO8601(to: &$0) }
        return text
    }

    /// The room that ``appendISO8601(to:)`` may need at the most, in bytes.
    package static let greatestISO8601Length = 48

    /// Appends ``iso8601`` to a text, for output that is written in bulk: each hold has two such times.
    package func appendISO8601(to text: inout OutputSpan<UInt8>) {
        let dayLength: Int64 = 86_400_000
        let days = milliseconds >= 0 ? milliseconds / dayLength : (milliseconds - dayLength + 1) / dayLength
        let rest = UInt64(milliseconds - days * dayLength)
        let date = CivilDate(daysSinceEpoch: days)
        if (0...9999).contains(date.year) {
            text.append(decimal: UInt64(date.year), digits: 4)
        } else {
            text.append(decimal: date.year)
        }
        text.append(UInt8(ascii: "-"))
        text.append(decimal: UInt64(date.month), digits: 2)
        text.append(UInt8(ascii: "-"))
        text.append(decimal: UInt64(date.day), digits: 2)
        text.append(UInt8(ascii: "T"))
        text.append(decimal: rest / 3_600_000, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: rest / 60_000 % 60, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(decimal: rest / 1000 % 60, digits: 2)
        text.append(UInt8(ascii: "."))
        text.append(decimal: rest % 1000, digits: 3)
        text.append(UInt8(ascii: "Z"))
    }
}

/// A day of the Gregorian calendar, counted in eras of 400 years that start on 1 March.
private struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    init(daysSinceEpoch: Int64) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
