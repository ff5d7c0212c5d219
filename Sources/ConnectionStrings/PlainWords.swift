/// Decides whether a text can be a certain part of an address. If not, it is more likely the rest of a string in
/// another form, with its password, and must not be shown as a host, a port or a name.
package enum PlainWords {
    /// Whether the text can be a host's name or address, or the folder of a Unix socket.
    package static func isHost(_ text: String) -> Bool {
        if text.hasPrefix("/") { return isPath(text) }
        if text.utf8.contains(UInt8(ascii: ":")) { return isIPv6(text) }
        return !text.isEmpty && text.utf8.allSatisfy { isLetterOrDigit($0) || "-._".utf8.contains($0) }
    }

    package static func isPort(_ text: String) -> Bool {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            && Int(text).map { (1...65_535).contains($0) } ?? false
    }

    package static func isPath(_ text: String) -> Bool {
        !text.isEmpty && hasNone(of: ";=", in: text)
    }

    /// Whether the text can be a user's name. Messages show that name.
    package static func isUser(_ text: String) -> Bool {
        hasNone(of: ";=:", in: text)
    }

    /// Whether the text can be a database's name, and not the rest of an address or a password. Messages show that
    /// name.
    static func isDatabase(_ text: String) -> Bool {
        hasNone(of: ";=@#", in: text) && !text.contains("://")
    }

    static func isAddress(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ".") } || isIPv6(text)
    }

    static func isWord(_ text: String) -> Bool {
        text.utf8.allSatisfy { isLetterOrDigit($0) || "-_.,!".utf8.contains($0) }
    }

    static func isWholeNumber(_ text: String) -> Bool {
        Int32(text) != nil
    }

    static func hasNone(of characters: String, in text: String) -> Bool {
        !text.utf8.contains { $0 < 0x20 || $0 == 0x7F || characters.utf8.contains($0) }
    }

    /// Whether the text can be an IPv6 address, with or without a zone: `fe80::1%eth0`.
    private static func isIPv6(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "%"), maxSplits: 1)
        guard let address = parts.first else { return false }
        let isZone = parts.dropFirst().allSatisfy { $0.allSatisfy { isLetterOrDigit($0) || "-._".utf8.contains($0) } }
        return isZone && address.filter { $0 == UInt8(ascii: ":") }.count > 1
            && address.allSatisfy { isHexDigit($0) || ".:".utf8.contains($0) }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
