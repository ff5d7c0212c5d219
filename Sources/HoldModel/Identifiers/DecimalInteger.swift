/// Reads a 64-bit integer in the one spelling that Redis' own integer commands accept: no sign but `-`, no leading
/// zero, no space. For anything else it returns `nil`, since the platform's scripts would fail on it.
package func decimalInteger(_ bytes: [UInt8]) -> Int64? {
    decimalInteger(bytes.span)
}

/// Reads the same from a part of an array. The types are concrete: a generic function is slow when another module calls
/// it.
package func decimalInteger(_ bytes: ArraySlice<UInt8>) -> Int64? {
    decimalInteger(bytes.span)
}

/// Reads the same from bytes in place.
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
