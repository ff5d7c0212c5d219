/// Reads a JSON text as the platform's scripts do, with cjson in Lua and `JSON.parse` in JavaScript. It accepts what
/// both accept: a text that only one of them reads is malformed for the platform.
///
/// So it is strict JSON, nested no deeper than cjson follows, and without half of a surrogate pair. Bytes that are not
/// UTF-8 stay as they are. The caller says which shape must come next. Where a name comes twice both scripts use the
/// last value; the caller has to keep that one.
package struct JSONScanner {
    /// The error of a text that one of the two cannot read, or that has another shape than was asked for.
    package struct Unreadable: Error {
        package init() {}
    }

    /// How deep cjson follows arrays and objects in each other.
    private static let greatestDepth = 1000

    private let json: [UInt8]
    private var place: Int
    private var depth = 0

    /// - Parameter start: the offset at which the JSON text begins.
    package init(_ json: [UInt8], from start: Int = 0) {
        self.json = json
        place = start
    }

    /// Reads an array.
    ///
    /// - Parameter element: reads the element that comes next, and nothing else.
    package mutating func array(
        _ element: (inout JSONScanner) throws(Unreadable) -> Void
    ) throws(Unreadable) {
        try open(UInt8(ascii: "["))
        if !take(UInt8(ascii: "]")) {
            repeat { try element(&self) } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
        }
        depth -= 1
    }

    /// Reads an object.
    ///
    /// - Parameter member: is told a name, and reads the value that comes next, and nothing else.
    package mutating func object(
        _ member: ([UInt8], inout JSONScanner) throws(Unreadable) -> Void
    ) throws(Unreadable) {
        try open(UInt8(ascii: "{"))
        if !take(UInt8(ascii: "}")) {
            repeat {
                let name = try name()
                try member(name, &self)
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
        }
        depth -= 1
    }

    /// Reads any value. The content of an array or an object is checked, and not kept.
    package mutating func value() throws(Unreadable) -> JSONValue {
        skipSpace()
        guard place < json.count else { throw Unreadable() }
        switch json[place] {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try skipNested()
            return .other
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true")
        case UInt8(ascii: "f"): return try word("false")
        case UInt8(ascii: "n"): return try word("null")
        default: return .number(try number())
        }
    }

    /// Expects nothing but space after what was read.
    package mutating func end() throws(Unreadable) {
        skipSpace()
        guard place == json.count else { throw Unreadable() }
    }

    /// Skips an array or an object. What is open is kept in a list, not on the stack: cjson follows nesting deeper than
    /// the stack of a thread may allow.
    private mutating func skipNested() throws(Unreadable) {
        var closers: [UInt8] = []
        repeat {
            skipSpace()
            if take(UInt8(ascii: "[")) {
                closers.append(UInt8(ascii: "]"))
                guard depth + closers.count <= Self.greatestDepth else { throw Unreadable() }
                if !isNext(UInt8(ascii: "]")) { continue }
            } else if take(UInt8(ascii: "{")) {
                closers.append(UInt8(ascii: "}"))
                guard depth + closers.count <= Self.greatestDepth else { throw Unreadable() }
                if !isNext(UInt8(ascii: "}")) {
                    _ = try name()
                    continue
                }
            } else {
                _ = try value()
            }
            // After a value, or where an empty array or object closes.
            while let closer = closers.last {
                if take(UInt8(ascii: ",")) {
                    if closer == UInt8(ascii: "}") { _ = try name() }
                    break
                }
                try expect(closer)
                closers.removeLast()
            }
        } while !closers.isEmpty
    }

    /// Reads a name and the colon after it.
    private mutating func name() throws(Unreadable) -> [UInt8] {
        skipSpace()
        guard isNext(UInt8(ascii: "\"")) else { throw Unreadable() }
        let name = try string()
        try expect(UInt8(ascii: ":"))
        return name
    }

    private mutating func open(_ byte: UInt8) throws(Unreadable) {
        try expect(byte)
        depth += 1
        guard depth <= Self.greatestDepth else { throw Unreadable() }
    }

    private mutating func word(_ word: StaticString) throws(Unreadable) -> JSONValue {
        for byte in word.description.utf8 {
            guard place < json.count, json[place] == byte else { throw Unreadable() }
            place += 1
        }
        return .other
    }

    /// Reads a number, and returns its digits as they are written.
    private mutating func number() throws(Unreadable) -> [UInt8] {
        let start = place
        passOver(UInt8(ascii: "-"))
        if !passOver(UInt8(ascii: "0")) { try digits() }
        if passOver(UInt8(ascii: ".")) { try digits() }
        if passOver(UInt8(ascii: "e")) || passOver(UInt8(ascii: "E")) {
            if !passOver(UInt8(ascii: "+")) { passOver(UInt8(ascii: "-")) }
            try digits()
        }
        return Array(json[start..<place])
    }

    private mutating func digits() throws(Unreadable) {
        let start = place
        while place < json.count, json[place] >= UInt8(ascii: "0"), json[place] <= UInt8(ascii: "9") { place += 1 }
        guard place > start else { throw Unreadable() }
    }

    @discardableResult
    private mutating func passOver(_ byte: UInt8) -> Bool {
        guard place < json.count, json[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(Unreadable) {
        guard take(byte) else { throw Unreadable() }
    }

    /// Skips space, and then this byte if it comes next.
    private mutating func take(_ byte: UInt8) -> Bool {
        guard isNext(byte) else { return false }
        place += 1
        return true
    }

    /// Whether this byte comes next, after space.
    package mutating func isNext(_ byte: UInt8) -> Bool {
        skipSpace()
        return place < json.count && json[place] == byte
    }

    private mutating func skipSpace() {
        while place < json.count, " \n\r\t".utf8.contains(json[place]) { place += 1 }
    }
}

/// Strings.
extension JSONScanner {
    /// Reads a string whose opening quote comes next.
    private mutating func string() throws(Unreadable) -> [UInt8] {
        place += 1
        var text: [UInt8] = []
        while place < json.count {
            let byte = json[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try escape(&text)
            case ..<0x20: throw Unreadable()
            default: text.append(byte)
            }
        }
        throw Unreadable()
    }

    private mutating func escape(_ text: inout [UInt8]) throws(Unreadable) {
        guard place < json.count else { throw Unreadable() }
        let byte = json[place]
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try scalar())).utf8)
        default: throw Unreadable()
        }
    }

    /// Reads the character of an escape whose `\u` was read already; where it is half of a pair, reads the second
    /// escape too.
    private mutating func scalar() throws(Unreadable) -> Unicode.Scalar {
        let first = try unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, passOver(UInt8(ascii: "\\")), passOver(UInt8(ascii: "u")) else { throw Unreadable() }
        let second = try unit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw Unreadable() }
        return scalar
    }

    private mutating func unit() throws(Unreadable) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard place < json.count, let digit = Character(Unicode.Scalar(json[place])).hexDigitValue,
                json[place] < 0x80
            else { throw Unreadable() }
            unit = unit << 4 | UInt32(digit)
            place += 1
        }
        return unit
    }
}
