/// A length of time as operators write it: `90`, `90s`, `5m`, `1h`, `2d`.
package struct Interval: Sendable, Hashable {
    /// The bounds, in seconds: a second to a month. A longer interval is a mistake.
    package static let seconds = 1...2_678_400

    package let duration: Duration

    /// - Returns: `nil` where the text is no interval, or out of bounds.
    ///
    /// - Parameter greatest: the upper bound in seconds.
    package init?(_ text: String, atMost greatest: Int = Self.seconds.upperBound) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
            number <= greatest, (Self.seconds.lowerBound...greatest).contains(number * (unit ?? 1))
        else { return nil }
        duration = .seconds(number * (unit ?? 1))
    }
}
