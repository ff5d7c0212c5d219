/// A JSON value as it is written, in one spelling: the same value always has the same bytes.
struct JSONLine {
    /// The bytes with which the first line of a file of this format begins.
    static func beginning(ofFormat format: String) -> [UInt8] { Array("{\"format\":\"\(format)\"".utf8) }

    private(set) var bytes: [UInt8] = []
    /// Whether a comma must come before the next element or name.
    private var isContinued = false

    mutating func object(_ members: (inout JSONLine) -> Void) {
        begin("{")
        members(&self)
        finish("}")
    }

    mutating func array<Element>(_ elements: some Sequence<Element>, _ write: (Element, inout JSONLine) -> Void) {
        begin("[")
        for element in elements { write(element, &self) }
        finish("]")
    }

    /// Writes a name; its value must follow.
    mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.description.utf8)
        bytes.append(contentsOf: "\":".utf8)
        isContinued = false
    }

    mutating func number(_ name: StaticString, _ number: Int64) {
        self.name(name)
        self.number(number)
    }

    mutating func text(_ name: StaticString, _ text: String) {
        self.name(name)
        self.text(text)
    }

    mutating func text(_ name: StaticString, _ text: [UInt8]) {
        self.name(name)
        self.text(text)
    }

    mutating func number(_ number: Int64) { word(String(number)) }

    mutating func null() { word("null") }

    mutating func text(_ text: String) { string(Array(text.utf8)) }

    /// Writes foreign bytes: a string, or where they are not UTF-8 an object with their digits.
    mutating func text(_ text: [UInt8]) {
        if String(validating: text, as: UTF8.self) != nil { return string(text) }
        object { line in
            line.name("hex")
            line.string(text.flatMap { Self.hexadecimal($0) })
        }
    }

    private mutating func string(_ text: [UInt8]) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            // A terminal must not see them, nor may a line end within a line.
            case ..<0x20, 0x7F: bytes.append(contentsOf: Array("\\u00".utf8) + Self.hexadecimal(byte))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func word(_ word: String) {
        separate()
        bytes.append(contentsOf: word.utf8)
    }

    private mutating func begin(_ bracket: StaticString) {
        separate()
        bytes.append(contentsOf: bracket.description.utf8)
        isContinued = false
    }

    private mutating func finish(_ bracket: StaticString) {
        bytes.append(contentsOf: bracket.description.utf8)
        isContinued = true
    }

    private mutating func separate() {
        if isContinued { bytes.append(UInt8(ascii: ",")) }
        isContinued = true
    }

    private static func hexadecimal(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
