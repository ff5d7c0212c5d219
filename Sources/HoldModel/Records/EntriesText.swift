/// Writes `entries` of a hold as the platform does: a JSON array of `{eventId, categoryId, quantity}` (contract section
/// 2). One value serves for many holds, one after the other: `begin`, lines, `end`.
package struct EntriesText: Sendable {
    private static let eventField = Array(#"{"eventId":"#.utf8)
    private static let categoryField = Array(#","categoryId":"#.utf8)
    private static let quantityField = Array(#","quantity":"#.utf8)

    /// The text; complete after `end`.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Returns what each line of a category begins with, up to the quantity.
    package static func opening(event: Span<UInt8>, category: Span<UInt8>) -> [UInt8] {
        var bytes = eventField
        appendJSON(event, to: &bytes)
        bytes.append(contentsOf: categoryField)
        appendJSON(category, to: &bytes)
        bytes.append(contentsOf: quantityField)
        return bytes
    }

    package mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(UInt8(ascii: "["))
    }

    package mutating func add(_ opening: [UInt8], quantity: Int64) {
        let isFirst = bytes.count == 1
        bytes.append(addingCapacity: opening.count + 22) { text in
            if !isFirst { text.append(UInt8(ascii: ",")) }
            text.append(opening)
            text.append(decimal: quantity)
            text.append(UInt8(ascii: "}"))
        }
    }

    package mutating func end() {
        bytes.append(UInt8(ascii: "]"))
    }
}

/// Appends a text as a JSON string. The text must be UTF-8, as every text from SQL is.
func appendJSON(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for at in 0..<text.count {
        let byte = text[at]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x00..<0x20:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: (byte < 0x10 ? "\\u000" + digits : "\\u00" + digits).utf8)
        default:
            bytes.append(byte)
        }
    }
    bytes.append(UInt8(ascii: "\""))
}
