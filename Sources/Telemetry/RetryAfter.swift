import FoundationEssentials

/// The header `Retry-After`, a number of seconds or a date (RFC 9110, 10.2.3).
struct RetryAfter {
    private static let longest: Double = 86_400
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    let duration: Duration

    /// Reads the header; `nil` where it is neither. A date in the past means at once.
    init?(_ text: String, now: Date) {
        if let seconds = Int64(text), seconds >= 0 {
            duration = .seconds(min(Double(seconds), Self.longest))
        } else if let date = Self.date(text) {
            duration = .seconds(min(max(date.timeIntervalSince(now), 0), Self.longest))
        } else {
            return nil
        }
    }

    /// Reads a date in the one form that servers may still send: `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func date(_ text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
            let day = Int(words[1]), let year = Int(words[3])
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3 else { return nil }
        let parts = DateComponents(
            timeZone: .gmt, year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2])
        return Calendar(identifier: .gregorian).date(from: parts)
    }
}
