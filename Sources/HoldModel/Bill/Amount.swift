/// An exact sum of money: a whole number of its smallest unit, never a floating-point number.
package struct Amount: Sendable, Hashable {
    /// What it is made of, such as 1240 for `12.40`.
    private let units: Int128
    /// How many digits stand behind the point.
    private let decimals: Int

    package static let zero = Amount(units: 0, decimals: 0)

    private init(units: Int128, decimals: Int) {
        self.units = units
        self.decimals = decimals
    }

    /// Reads a decimal number as PostgreSQL prints `numeric`: digits, at most one point between them, and a sign.
    ///
    /// - Returns: `nil` for everything else, such as `NaN`, `1e5` or `€ 5`, and for more digits than can be summed.
    package init?(_ text: [UInt8]) {
        var (units, decimals): (Int128, Int?) = (0, nil)
        let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text[...]
        let isDigit = { (byte: UInt8) in UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        guard let first = digits.first, let last = digits.last, isDigit(first), isDigit(last) else { return nil }
        for byte in digits {
            if byte == UInt8(ascii: "."), decimals == nil {
                decimals = 0
                continue
            }
            guard isDigit(byte) else { return nil }
            let (tenfold, overflow) = units.multipliedReportingOverflow(by: 10)
            let (next, isBeyond) = tenfold.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
            if overflow || isBeyond { return nil }
            units = next
            decimals = decimals.map { $0 + 1 }
        }
        self.init(units: digits.count < text.count ? -units : units, decimals: decimals ?? 0)
    }

    package var isNegative: Bool { units < 0 }

    /// - Returns: `nil` where the result has too many digits.
    package func times(_ count: Int64) -> Amount? {
        let (product, overflow) = units.multipliedReportingOverflow(by: Int128(count))
        return overflow ? nil : Amount(units: product, decimals: decimals)
    }

    /// - Returns: `nil` where the result has too many digits.
    package func adding(_ other: Amount) -> Amount? {
        guard let left = widened(to: other.decimals), let right = other.widened(to: decimals) else { return nil }
        let (sum, overflow) = left.units.addingReportingOverflow(right.units)
        return overflow ? nil : Amount(units: sum, decimals: left.decimals)
    }

    /// Returns the same amount with at least so many decimals.
    private func widened(to wanted: Int) -> Amount? {
        var units = units
        for _ in decimals..<max(decimals, wanted) {
            let (tenfold, overflow) = units.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            units = tenfold
        }
        return Amount(units: units, decimals: max(decimals, wanted))
    }
}

extension Amount: CustomStringConvertible {
    /// All of its digits, such as `1240.50`, but for zeros behind the second decimal.
    package var description: String { spelled(separator: "") }

    /// The same for people: `1,240.50`.
    package var grouped: String { spelled(separator: ",") }

    private func spelled(separator: String) -> String {
        var digits = Array(String(units.magnitude))
        digits.insert(contentsOf: repeatElement("0", count: max(decimals + 1 - digits.count, 0)), at: 0)
        let whole = digits.dropLast(decimals)
        var rest = digits.suffix(decimals)
        while rest.count > 2, rest.last == "0" { rest.removeLast() }
        var text = units < 0 ? "-" : ""
        for (place, digit) in whole.enumerated() {
            if place > 0, (whole.count - place).isMultiple(of: 3) { text += separator }
            text.append(digit)
        }
        return rest.isEmpty ? text : text + "." + String(rest)
    }
}
