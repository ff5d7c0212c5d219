/// An id as people may paste it into psql: in plain ASCII, so that neither a terminal, a table nor a client's encoding changes it.
///
/// What is not plain, or has a space that a table might break a line at, is spelt in hexadecimal digits.
struct SQLLiteral: Sendable {
    /// Bytes of an id; a statement with a longer one is for nobody to paste.
    private static let longest = 200

    let text: [UInt8]

    /// - Returns: `nil` where the id is too long.
    init?(_ id: [UInt8]) {
        guard id.count <= Self.longest else { return nil }
        if id.allSatisfy({ (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) {
            let quote = UInt8(ascii: "'")
            text = [quote] + id.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
        } else {
            let digits = id.map { byte in
                let text = String(byte, radix: 16)
                return byte < 16 ? "0" + text : text
            }
            text = Array("convert_from(decode('\(digits.joined())','hex'),'UTF8')".utf8)
        }
    }
}

extension Query {
    /// The statement with line breaks and indentation as single spaces.
    ///
    /// - Parameter literals: the parameters as SQL.
    func inOneLine(_ literals: [[UInt8]]) -> [UInt8] {
        var line: [UInt8] = []
        for byte in body {
            let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
            if !isSpace { line.append(byte) } else if line.last != UInt8(ascii: " ") { line.append(UInt8(ascii: " ")) }
        }
        return statement(line, literals)
    }
}
