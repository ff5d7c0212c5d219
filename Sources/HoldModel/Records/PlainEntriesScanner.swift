/// Scans `[{"eventId":"…","categoryId":"…","quantity":N},…]` without spaces or escapes. For anything else, valid or
/// not, it returns `nil`, and the caller asks the full reader. So this scanner can be strict, and needs no errors.
struct PlainEntriesScanner {
    private let json: [UInt8]
    private var position = 0

    private static let eventField = Array(#"{"eventId":""#.utf8)
    private static let categoryField = Array(#"","categoryId":""#.utf8)
    private static let quantityField = Array(#"","quantity":"#.utf8)

    init(_ json: [UInt8]) {
        self.json = json
    }

    mutating func scan() -> [PlainEntry]? {
        guard take(UInt8(ascii: "[")) else { return nil }
        var entries: [PlainEntry] = []
        repeat {
            guard take(Self.eventField), let event = plainText(),
                take(Self.categoryField), let category = plainText(),
                take(Self.quantityField), let quantity = quantity(), take(UInt8(ascii: "}"))
            else { return nil }
            entries.append(PlainEntry(event: EventID(event), category: CategoryID(category), quantity: quantity))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")), position == json.count else { return nil }
        return entries
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < json.count, json[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(_ literal: [UInt8]) -> Bool {
        guard json.count - position >= literal.count else { return false }
        for offset in literal.indices where json[position + offset] != literal[offset] { return false }
        position += literal.count
        return true
    }

    /// Reads printable ASCII up to the closing quote, which stays unread; `nil` for other text, which the full reader
    /// judges.
    private mutating func plainText() -> [UInt8]? {
        let start = position
        while position < json.count, json[position] != UInt8(ascii: "\"") {
            guard json[position] >= 0x20, json[position] < 0x7F, json[position] != UInt8(ascii: "\\") else {
                return nil
            }
            position += 1
        }
        return Array(json[start..<position])
    }

    private mutating func quantity() -> Int64? {
        let start = position
        while position < json.count, json[position] >= UInt8(ascii: "0"), json[position] <= UInt8(ascii: "9") {
            position += 1
        }
        return decimalInteger(json[start..<position])
    }
}
