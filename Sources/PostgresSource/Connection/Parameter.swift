/// A query parameter in PostgreSQL's text format.
enum Parameter {
    case null
    case text([UInt8])
    case integer(Int64)
    case textArray([[UInt8]])

    /// The bytes that libpq sends, without the closing NUL; `nil` for NULL.
    var bytes: [UInt8]? {
        switch self {
        case .null: nil
        case .text(let text): text
        case .integer(let number): Array(String(number).utf8)
        case .textArray(let elements): Self.arrayLiteral(elements)
        }
    }

    private static func arrayLiteral(_ elements: [[UInt8]]) -> [UInt8] {
        var literal: [UInt8] = [UInt8(ascii: "{")]
        literal.reserveCapacity(elements.reduce(2) { $0 + $1.count + 3 })
        for (position, element) in elements.enumerated() {
            if position > 0 { literal.append(UInt8(ascii: ",")) }
            literal.append(UInt8(ascii: "\""))
            for byte in element {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { literal.append(UInt8(ascii: "\\")) }
                literal.append(byte)
            }
            literal.append(UInt8(ascii: "\""))
        }
        literal.append(UInt8(ascii: "}"))
        return literal
    }
}
