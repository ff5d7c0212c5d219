/// Comparing bytes where they lie: rows of SQL and replies of Redis are many, and a copy of each costs more than the look.
extension Span<UInt8> {
    package func isEqual(to other: Span<UInt8>) -> Bool {
        count == other.count && has(other, at: 0)
    }

    /// Whether `other` stands at a place.
    package func has(_ other: Span<UInt8>, at start: Int) -> Bool {
        guard count - start >= other.count else { return false }
        for offset in 0..<other.count where self[start + offset] != other[offset] { return false }
        return true
    }

    /// Whether JSON writes the text as it is: printable ASCII without a quotation mark or a backslash.
    package var isPlainJSON: Bool {
        for at in 0..<count {
            let byte = self[at]
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
        }
        return true
    }
}
