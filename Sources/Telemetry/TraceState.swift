/// A valid `tracestate` by W3C Trace Context: `key=value` of up to 32 vendors, each key once.
struct TraceState {
    private static let greatestCount = 32

    let text: String

    /// Reads the text; `nil` where it is invalid. Then none of it is passed on.
    init?(_ text: String) {
        var keys: Set<Substring> = []
        var members: [Substring] = []
        for member in text.split(separator: ",", omittingEmptySubsequences: false) {
            let member = member.trimmingBlanks
            if member.isEmpty { continue }
            guard let equals = member.firstIndex(of: "="), Self.isKey(member[..<equals]),
                Self.isValue(member[member.index(after: equals)...]), keys.insert(member[..<equals]).inserted
            else { return nil }
            members.append(member)
        }
        guard !members.isEmpty, members.count <= Self.greatestCount else { return nil }
        self.text = members.joined(separator: ",")
    }

    /// Whether a text is a key: `name`, or `tenant@vendor`.
    private static func isKey(_ key: Substring) -> Bool {
        let parts = key.split(separator: "@", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isName(parts[0], startsWithDigit: false, limit: 256)
        case 2:
            return isName(parts[0], startsWithDigit: true, limit: 241)
                && isName(parts[1], startsWithDigit: false, limit: 14)
        default: return false
        }
    }

    private static func isName(_ name: Substring, startsWithDigit: Bool, limit: Int) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= limit else { return false }
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        return (isLetter || startsWithDigit && isDigit)
            && name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_-*/".utf8.contains($0) }
    }

    /// Whether a text is a value: printable ASCII without `,` and `=`.
    private static func isValue(_ value: Substring) -> Bool {
        (1...256).contains(value.utf8.count) && value.utf8.last != UInt8(ascii: " ")
            && value.utf8.allSatisfy { (0x20...0x7E).contains($0) && !",=".utf8.contains($0) }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var rest = drop { $0 == " " || $0 == "\t" }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
