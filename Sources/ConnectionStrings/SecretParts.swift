/// The parts of a connection string that may be its password, key or token, whatever form the string has and whether or
/// not it can be used. In doubt a part counts as secret: the cost is that messages hide a word that is none.
enum SecretParts {
    static func all(of text: String) -> Set<String> {
        let text = PostgresAddress.trimmed(text)
        var parts = userParts(text)
        for value in namedValues(text) { parts.formUnion(ends(of: value)) }
        return parts.filter { !$0.isEmpty }
    }

    /// Returns the passwords before the `@` of an address. For Redis a lone user counts as well, since it may be a
    /// password.
    private static func userParts(_ text: String) -> Set<String> {
        let bytes = Array(text.utf8)
        guard let scheme = text.firstRange(of: "://"), let end = bytes.lastIndex(of: UInt8(ascii: "@")) else {
            return []
        }
        let start = text.utf8.distance(from: text.startIndex, to: scheme.upperBound)
        guard start < end else { return [] }
        // A password that is not percent-encoded may contain '@', so it may end at any of them.
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

    /// Returns, for each name of a secret such as `password=`, the rest of the text after it.
    private static func namedValues(_ text: String) -> [String] {
        let names =
            #/(?i)(?:password|passwd|pwd|psw|passphrase|secret|token|api[ _-]?key|(?:access|account|instrumentation)[ ]?key)\s*=\s*/#
        return text.matches(of: names).map { String(text[$0.range.upperBound...]) }
    }

    /// Returns the value as it would be with each of the separators that may end it. It goes by scalars, since for
    /// Swift a line end of two is one character.
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

    /// Returns the value before the closing quote, without libpq's backslashes.
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
