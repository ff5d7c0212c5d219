/// What a request must show to start a run. It never describes itself.
package struct BearerToken: Sendable, CustomStringConvertible {
    private let secret: [UInt8]

    /// - Returns: `nil` where the text is empty: no token lets nobody in.
    package init?(_ text: String) {
        if text.isEmpty { return nil }
        secret = Array(text.utf8)
    }

    package var description: String {
        "(hidden)"
    }

    /// Compares in a time that depends on what was given alone, so that it cannot be guessed byte by byte.
    func matches(_ given: some StringProtocol) -> Bool {
        var difference: UInt8 = given.utf8.count == secret.count ? 0 : 1
        for (position, byte) in given.utf8.enumerated() { difference |= byte ^ secret[position % secret.count] }
        return difference == 0
    }
}
