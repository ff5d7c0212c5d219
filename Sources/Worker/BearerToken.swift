/// The token that a request must have to start a run. Its description does not show it.
package struct BearerToken: Sendable, CustomStringConvertible {
    private let secret: [UInt8]

    /// - Returns: `nil` where the text is empty. Without a token nobody may start a run.
    package init?(_ text: String) {
        if text.isEmpty { return nil }
        secret = Array(text.utf8)
    }

    package var description: String {
        "(hidden)"
    }

    /// Compares in a time that depends only on the given text, so that the token cannot be guessed byte by byte.
    func matches(_ given: some StringProtocol) -> Bool {
        var difference: UInt8 = given.utf8.count == secret.count ? 0 : 1
        for (position, byte) in given.utf8.enumerated() { difference |= byte ^ secret[position % secret.count] }
        return difference == 0
    }
}
