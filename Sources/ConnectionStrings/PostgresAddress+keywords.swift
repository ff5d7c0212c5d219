extension PostgresAddress {
    /// Reads `name = value` pairs as libpq does: a value ends at a blank or is in quotes, and a backslash takes the
    /// next character as it is.
    static func keywords(ofText bytes: [UInt8]) throws(UnusableConnectionString) -> [PostgresKeyword] {
        var reading = KeywordReading(bytes[...])
        var keywords: [PostgresKeyword] = []
        while let (name, value, isQuoted) = try reading.next() {
            // libpq would take the further name for a part of the value, which nobody means.
            guard isQuoted || !hasFurtherName(value) else {
                throw .postgres("a value without quotes goes on behind ';' or ',' with a further name")
            }
            keywords.append(try PostgresKeyword(name, value))
        }
        return keywords
    }

    /// Whether a further `name=` follows after a separator of another form.
    private static func hasFurtherName(_ value: String) -> Bool {
        let parts = Array(value.utf8).split(omittingEmptySubsequences: false) { ";,&".utf8.contains($0) }
        return parts.dropFirst().contains { part in
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { return false }
            return part[..<equals].allSatisfy { isLetterOrDigit($0) || "_-".utf8.contains($0) }
        }
    }
}

/// Reads a string of libpq's keywords, one after the other.
private struct KeywordReading {
    private var left: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        left = bytes
    }

    /// - Returns: `nil` at the end.
    mutating func next() throws(UnusableConnectionString) -> (name: String, value: String, isQuoted: Bool)? {
        skipBlanks()
        guard !left.isEmpty else { return nil }
        let name = left.prefix { !Self.isBlank($0) && $0 != UInt8(ascii: "=") }
        left = left.dropFirst(name.count)
        skipBlanks()
        guard left.popFirst() == UInt8(ascii: "=") else {
            throw .postgres("a word has no '=' behind it; a value with blanks stands in quotes")
        }
        skipBlanks()
        let isQuoted = left.first == UInt8(ascii: "'")
        let value = isQuoted ? try quoted() : bare()
        guard let text = String(validating: value, as: UTF8.self) else { throw .postgres("it is not UTF-8") }
        return (String(decoding: name, as: UTF8.self), text, isQuoted)
    }

    private mutating func bare() -> [UInt8] {
        var value: [UInt8] = []
        while let byte = left.first, !Self.isBlank(byte) {
            left.removeFirst()
            if byte != UInt8(ascii: #"\"#) {
                value.append(byte)
            } else if let next = left.popFirst() {
                value.append(next)
            }
        }
        return value
    }

    private mutating func quoted() throws(UnusableConnectionString) -> [UInt8] {
        left.removeFirst()
        var value: [UInt8] = []
        while let byte = left.popFirst() {
            switch byte {
            case UInt8(ascii: "'"): return value
            case UInt8(ascii: #"\"#): if let next = left.popFirst() { value.append(next) }
            default: value.append(byte)
            }
        }
        throw .postgres("a value's closing quote is missing")
    }

    private mutating func skipBlanks() {
        left = left.drop(while: Self.isBlank)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
