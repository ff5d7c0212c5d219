/// The parts of a connection string that may be its password, key or token, whatever form the string has and whether it can
/// be used or not. Rather too much than too little: what is no secret is not told for a while.
enum SecretParts {
    static func all(of text: String) -> Set<String> {
        let text = PostgresAddress.trimmed(text)
        var parts = userParts(text)
        for value in namedValues(text) { parts.formUnion(ends(of: value)) }
        return parts.filter { !$0.isEmpty }
    }

    /// What stands before the `@` of an address: the password, and of an address of Redis a user alone, who may be one.
    private static func userParts(_ text: String) -> Set<String> {
        let bytes = Array(text.utf8)
        guard let scheme = text.firstRange(of: "://"), let end = bytes.lastIndex(of: UInt8(ascii: "@")) else {
            return []
        }
        let start = text.utf8.distance(from: text.startIndex, to: scheme.upperBound)
        guard start < end else { return [] }
        // A password that is not percent-encoded may have '@' as well, and the address ends before the last one then.
        let ends = bytes[start...end].indices.filter { bytes[$0] == UInt8(ascii: "@") }
        return Set(
            ends.compactMap { end in
                let user = bytes[start..<end]
                guard let colon = user.firstIndex(of: UInt8(ascii: ":")) else {
                    let isOfRedis = text.lowercased().hasPrefix("redis")
                    return isOfRedis ? String(decoding: user, as: UTF8.self) : nil
                }
                return String(decoding: user[(colon + 1)...], as: UTF8.self)
            })
    }

    /// What follows behind each name of a secret, to the end of the text.
    private static func namedValues(_ text: String) -> [String] {
        let names =
            #/(?i)(?:password|passwd|pwd|psw|passphrase|secret|token|api[ _-]?key|(?:access|account|instrumentation)[ ]?key)\s*=\s*/#
        return text.matches(of: names).map { String(text[$0.range.upperBound...]) }
    }

    /// Up to each separator that may end a value. By scalars, since to Swift a line's end of two is one character of its own.
    private static func ends(of value: String) -> Set<String> {
        let scalars = value.unicodeScalars
        if let quote = scalars.first, quote == "'" || quote == "\"" {
            let quoted = scalars.dropFirst()
            return [String(quoted.prefix { $0 != quote }), unquoted(quoted, quote)]
        }
        let ends: [Unicode.Scalar] = [";", ",", "&", " ", "\n", "\r"]
        return Set(
            ends.map { end in String(scalars.prefix { $0 != end }) } + [String(scalars.prefix { !ends.contains($0) })])
    }

    /// With libpq's backslashes taken away.
    private static func unquoted(_ text: Substring.UnicodeScalarView, _ quote: Unicode.Scalar) -> String {
        var plain = String.UnicodeScalarView()
        var left = text
        while let scalar = left.popFirst(), scalar != quote {
            guard scalar == #"\"# else {
                plain.append(scalar)
                continue
            }
            if let next = left.popFirst() { plain.append(next) }
        }
        return String(plain)
    }
}
