/// Names a run in paths and logs: 16 hexadecimal digits, by chance, so that a restart does not use one again.
package struct RunID: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init() {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        description = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// - Returns: `nil` where the text is no such name.
    init?(_ text: Substring) {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ Self.digits.contains($0) }) else { return nil }
        description = String(text)
    }

    private static let digits = Set("0123456789abcdef".utf8)
}
