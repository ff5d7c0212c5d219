/// The name of a run in paths and logs: 16 random hexadecimal digits, so that no name comes twice, not even after a
/// restart.
package struct RunID: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init() {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        description = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Reads a name; `nil` where the text is none.
    init?(_ text: Substring) {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ Self.digits.contains($0) }) else { return nil }
        description = String(text)
    }

    private static let digits = Set("0123456789abcdef".utf8)
}
