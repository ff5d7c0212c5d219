import HoldModel

/// What only plans and journals have: values of one type each, and texts that need not be UTF-8.
extension JSONScanner {
    /// Reads a text as ``JSONLine/text(_:)`` writes it.
    mutating func foreign() throws(Unreadable) -> [UInt8] {
        guard isNext(UInt8(ascii: "{")) else { return try string() }
        var bytes: [UInt8]?
        try object { (name, scanner) throws(Unreadable) in
            guard name == Array("hex".utf8), bytes == nil else { throw Unreadable() }
            bytes = try Self.bytes(of: try scanner.string())
        }
        guard let bytes else { throw Unreadable() }
        return bytes
    }

    mutating func string() throws(Unreadable) -> [UInt8] {
        guard case .text(let text) = try value() else { throw Unreadable() }
        return text
    }

    mutating func integer() throws(Unreadable) -> Int64 {
        guard case .number(let digits) = try value(), let number = decimalInteger(digits) else { throw Unreadable() }
        return number
    }

    /// Reads a value that may be `null`.
    mutating func optional<Value>(
        _ read: (inout JSONScanner) throws(Unreadable) -> Value
    ) throws(Unreadable) -> Value? {
        guard isNext(UInt8(ascii: "n")) else { return try read(&self) }
        _ = try value()
        return nil
    }

    /// Reads an array.
    mutating func elements<Element>(
        _ read: (inout JSONScanner) throws(Unreadable) -> Element
    ) throws(Unreadable) -> [Element] {
        var elements: [Element] = []
        try array { (scanner) throws(Unreadable) in elements.append(try read(&scanner)) }
        return elements
    }

    private static func bytes(of digits: [UInt8]) throws(Unreadable) -> [UInt8] {
        guard digits.count.isMultiple(of: 2) else { throw Unreadable() }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Character(Unicode.Scalar(digits[place])).hexDigitValue,
                let low = Character(Unicode.Scalar(digits[place + 1])).hexDigitValue
            else { throw Unreadable() }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}
