/// A 64-bit integer in the one spelling that Redis' own integer commands accept: no sign but `-`, no leading zero, no
/// space. Anything else, and anything that does not fit, is `nil`: the platform's scripts would fail on it.
package func decimalInteger(_ bytes: [UInt8]) -> Int64? {
    decimalInteger(bytes.span)
}

/// The same for part of an array. Concrete types, since a generic one is slow where another module calls it.
package func decimalInteger(_ bytes: ArraySlice<UInt8>) -> Int64? {
    decimalInteger(bytes.span)
}

/// The same for bytes that lie elsewhere.
package func decimalInteger(_ bytes: Span<UInt8>) -> Int64? {
    if bytes.isEmpty { return nil }
    let negative = bytes[0] == UInt8(ascii: "-")
    let start = negative ? 1 : 0
    if start == bytes.count { return nil }
    if bytes[start] == UInt8(ascii: "0") { return bytes.count == 1 ? 0 : nil }
    var value: Int64 = 0
    for at in start..<bytes.count {
        let byte = bytes[at]
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
