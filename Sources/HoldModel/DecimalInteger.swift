/// A 64-bit integer in the one spelling that Redis' own integer commands accept: no sign but `-`, no leading zero, no
/// space. Anything else, and anything that does not fit, is `nil`: the platform's scripts would fail on it.
package func decimalInteger(_ bytes: [UInt8]) -> Int64? {
    decimalInteger(bytes[...])
}

/// The same for part of an array. Concrete types, since a generic one is slow where another module calls it.
package func decimalInteger(_ bytes: ArraySlice<UInt8>) -> Int64? {
    guard let first = bytes.first else { return nil }
    let negative = first == UInt8(ascii: "-")
    let digits = negative ? bytes.dropFirst() : bytes
    guard let leading = digits.first else { return nil }
    if leading == UInt8(ascii: "0") { return digits.count == 1 && !negative ? 0 : nil }
    var value: Int64 = 0
    for byte in digits {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        let digit = Int64(byte - UInt8(ascii: "0"))
        let (scaled, scaleOverflow) = value.multipliedReportingOverflow(by: 10)
        let (next, overflow) =
            negative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
        guard !scaleOverflow, !overflow else { return nil }
        value = next
    }
    return value
}

/// Appends the spelling that ``decimalInteger(_:)`` reads.
package func appendDecimalDigits(_ number: Int64, to text: inout [UInt8]) {
    if number < 0 { text.append(UInt8(ascii: "-")) }
    let start = text.count
    var rest = number.magnitude
    repeat {
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
    } while rest > 0
    text[start...].reverse()
}
