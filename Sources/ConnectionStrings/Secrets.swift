/// The secrets in use, which no message may carry: what servers and libraries say may repeat what they were given.
package struct Secrets: Sendable {
    private static let mark = "(hidden)"
    /// Letters of a secret that would stand in many words.
    private static let short = 4

    /// The longest first: one may be part of another.
    private let texts: [[UInt8]]

    package init(_ texts: [String]) {
        self.texts = Set(texts).map { Array($0.utf8) }.filter { !$0.isEmpty }.sorted { $0.count > $1.count }
    }

    /// The text with `(hidden)` for each secret; a short one is taken for a secret where it is a word of its own.
    package func removed(from text: String) -> String {
        let bytes = Array(text.utf8)
        var safe: [UInt8] = []
        var place = 0
        var hasHidden = false
        while place < bytes.count {
            if let secret = texts.first(where: { stands($0, in: bytes, at: place) }) {
                safe += Array(Self.mark.utf8)
                place += secret.count
                hasHidden = true
            } else {
                safe.append(bytes[place])
                place += 1
            }
        }
        return hasHidden ? String(decoding: safe, as: UTF8.self) : text
    }

    private func stands(_ secret: [UInt8], in bytes: [UInt8], at place: Int) -> Bool {
        guard bytes[place...].starts(with: secret) else { return false }
        if secret.count >= Self.short { return true }
        let end = place + secret.count
        let isOpenBefore = place == 0 || !isLetterOrDigit(bytes[place - 1])
        return isOpenBefore && (end == bytes.count || !isLetterOrDigit(bytes[end]))
    }
}
