/// The forms in which servers and libraries may repeat a secret: as it was given, decoded, percent-encoded, and quoted
/// in JSON, in SQL, in C and in HTML.
enum SecretForms {
    static func all(of text: String) -> Set<String> {
        let trimmed = PostgresAddress.trimmed(text)
        var plain: Set = [text, trimmed]
        if let decoded = percentDecoded(trimmed) { plain.insert(decoded) }
        var forms = plain
        for text in plain {
            for kept in ["", "-._~", "-._~!'()*", "-._~!$&'()*+,;=", "-._~!$&'()*+,;=:@/"] {
                let encoded = percentEncoded(text, keeping: kept)
                forms.formUnion([encoded, lowercasingDigits(encoded), encoded.replacing("%20", with: "+")])
            }
            forms.formUnion([quoted(text, "\"\\"), quoted(text, "\"\\/"), quoted(text, "'\\"), quoted(text, "\\")])
            forms.insert(inASCII(quoted(text, "\"\\")))
            forms.insert(replacing(["'": "''"], in: text))
            forms.insert(replacing(["'": "''", #"\"#: #"\\"#], in: text))
            // An error of Redis' protocol cannot contain line ends, so Redis writes a blank for each of their bytes.
            forms.insert(replacing(["\r": " ", "\n": " "], in: text))
            forms.formUnion(inHTML(text))
            forms.formUnion(SecretEncodings.all(of: text))
            if isKey(text) { forms.formUnion(spellings(ofKey: text)) }
        }
        return forms
    }

    /// - Returns: `nil` where nothing is encoded, or the encoding is wrong.
    private static func percentDecoded(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return nil }
        return try? PostgresAddress.decoded(Array(text.utf8)[...])
    }

    private static func percentEncoded(_ text: String, keeping kept: String) -> String {
        text.utf8.map { byte in
            if isLetterOrDigit(byte) || kept.utf8.contains(byte) { return String(UnicodeScalar(byte)) }
            return (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private static func lowercasingDigits(_ encoded: String) -> String {
        encoded.replacing(#/%[0-9A-F]{2}/#) { $0.output.lowercased() }
    }

    /// Returns the text with a backslash before each of `characters`, and control characters by their names.
    private static func quoted(_ text: String, _ characters: String) -> String {
        var others: [Unicode.Scalar: String] = ["\n": "\\n", "\r": "\\r", "\t": "\\t"]
        for scalar in characters.unicodeScalars { others[scalar] = "\\" + String(scalar) }
        return replacing(others, in: text)
    }

    private static func inASCII(_ text: String) -> String {
        text.utf16.map { unit in
            if unit >= 0x20, unit < 0x7F, let scalar = Unicode.Scalar(unit) { return String(scalar) }
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    private static func inHTML(_ text: String) -> [String] {
        let angles: [Unicode.Scalar: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;"]
        let quotes = angles.merging(["\"": "&quot;"]) { $1 }
        return [
            angles, quotes, quotes.merging(["'": "&#39;"]) { $1 }, quotes.merging(["'": "&#x27;"]) { $1 },
        ].map { replacing($0, in: text) }
    }

    /// Replaces scalars, as servers see a text: for Swift a carriage return and a line feed are one character, and so
    /// are a quote and an accent after it.
    private static func replacing(_ others: [Unicode.Scalar: String], in text: String) -> String {
        text.unicodeScalars.map { others[$0] ?? String($0) }.joined()
    }

    /// Whether the text is a key of hexadecimal digits, which is the same key with or without dashes and in either
    /// case.
    private static func isKey(_ text: String) -> Bool {
        text.utf8.count >= 32 && text.allSatisfy { $0 == "-" || $0.isASCII && $0.isHexDigit }
    }

    private static func spellings(ofKey text: String) -> [String] {
        [text, text.filter { $0 != "-" }].flatMap { [$0, $0.lowercased(), $0.uppercased()] }
    }
}
