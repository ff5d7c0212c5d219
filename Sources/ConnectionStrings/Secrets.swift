/// Finds secrets in text that is to leave the program: servers, proxies and libraries repeat what they were given.
///
/// Each is looked for in all forms that others may give it (``SecretForms``). The beginning of a password, token or key
/// counts as well, since servers cut what they repeat. A secret of fewer than four characters is part of many words,
/// and to hide all of those would show what it is. So it is hidden only in quotation marks, as servers repeat
/// arguments.
package struct Secrets: Sendable {
    /// The text that replaces a secret.
    package static let mark = "(hidden)"
    /// A secret with fewer bytes is part of many words.
    private static let short = 4
    /// How many bytes a beginning needs, so that no other text is likely to have it.
    private static let beginning = 12

    private struct Pattern {
        let bytes: [UInt8]
        /// How many of its bytes must be in the text.
        let least: Int
        let told: [UInt8]
    }

    private var patterns: [Pattern] = []
    /// Patterns by their first two bytes. The bits below, one for each such pair, rule out nearly every offset of a
    /// text.
    private var byStart: [Int: [Int]] = [:]
    private var starts = [UInt64](repeating: 0, count: 1024)

    package init(_ secrets: some Sequence<Secret>) {
        var all: [[UInt8]: Pattern] = [:]
        for secret in secrets {
            for form in SecretForms.all(of: secret.text) {
                for pattern in Self.patterns(of: Array(form.utf8), secret) {
                    let least = min(pattern.least, all[pattern.bytes]?.least ?? pattern.least)
                    all[pattern.bytes] = Pattern(bytes: pattern.bytes, least: least, told: pattern.told)
                }
            }
        }
        patterns = Array(all.values)
        for (position, pattern) in patterns.enumerated() {
            let start = Int(pattern.bytes[0]) << 8 | Int(pattern.bytes[1])
            byStart[start, default: []].append(position)
            starts[start >> 6] |= 1 << UInt64(start & 63)
        }
    }

    private static func patterns(of bytes: [UInt8], _ secret: Secret) -> [Pattern] {
        if bytes.isEmpty { return [] }
        guard bytes.count < short else {
            let least = secret.isWhole ? bytes.count : min(bytes.count, beginning)
            return [Pattern(bytes: bytes, least: least, told: Array(mark.utf8))]
        }
        return "'\"`".utf8.map { quote in
            Pattern(
                bytes: [quote] + bytes + [quote], least: bytes.count + 2, told: [quote] + Array(mark.utf8) + [quote])
        }
    }

    /// Returns the text with `(hidden)` for each secret.
    package func removed(from text: String) -> String {
        if patterns.isEmpty { return text }
        let bytes = Array(text.utf8)
        var safe: [UInt8] = []
        var copied = 0
        while let (place, pattern) = first(in: bytes, copied..<bytes.count) {
            safe += bytes[copied..<place.lowerBound]
            safe += pattern.told
            copied = place.upperBound
        }
        return copied == 0 ? text : String(decoding: safe + bytes[copied...], as: UTF8.self)
    }

    /// Whether a part of a text contains a secret.
    package func stand(in bytes: [UInt8], _ range: Range<Int>) -> Bool {
        !patterns.isEmpty && first(in: bytes, range) != nil
    }

    private func first(in bytes: [UInt8], _ range: Range<Int>) -> (place: Range<Int>, pattern: Pattern)? {
        var place = range.lowerBound
        while place + 1 < range.upperBound {
            let start = Int(bytes[place]) << 8 | Int(bytes[place + 1])
            if starts[start >> 6] & 1 << UInt64(start & 63) != 0,
                let (length, pattern) = longest(in: bytes, place..<range.upperBound, start)
            {
                return (place..<place + length, pattern)
            }
            place += 1
        }
        return nil
    }

    private func longest(in bytes: [UInt8], _ range: Range<Int>, _ start: Int) -> (length: Int, pattern: Pattern)? {
        var found: (length: Int, pattern: Pattern)?
        for position in byStart[start] ?? [] {
            let pattern = patterns[position]
            var length = 0
            while length < pattern.bytes.count, length < range.count,
                pattern.bytes[length] == bytes[range.lowerBound + length]
            {
                length += 1
            }
            if length >= pattern.least, length > found?.length ?? 0 { found = (length, pattern) }
        }
        return found
    }
}
