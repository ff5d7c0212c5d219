/// A length of time as operators write it: `90`, `90s`, `5m`, `1h`.
package struct Interval: Sendable, Hashable {
    /// A second to a month: above that, what was meant is something else.
    private static let seconds = 1...2_678_400

    package let duration: Duration

    /// - Returns: `nil` where the text is none, or out of bounds.
    package init?(_ text: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
            number <= Self.seconds.upperBound, Self.seconds.contains(number * (unit ?? 1))
        else { return nil }
        duration = .seconds(number * (unit ?? 1))
    }
}
