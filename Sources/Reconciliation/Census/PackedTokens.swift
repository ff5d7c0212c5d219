import HoldModel

/// Many tokens in one array of bytes. An array for each would take twice the memory. Most tokens are UUIDs, which need
/// less than half of the bytes of their text.
struct PackedTokens: Sendable, Hashable {
    /// Each token is a zero and the 16 bytes of a UUID, or the length of its text plus one and the text.
    private var bytes: [UInt8] = []

    /// - Parameter count: how many are expected.
    init(room count: Int = 0) {
        bytes.reserveCapacity(count * 17)
    }

    init(_ tokens: [HoldToken]) {
        self.init(room: tokens.count)
        for token in tokens { append(token.bytes.span) }
    }

    mutating func append(_ token: Span<UInt8>) {
        if appendUUID(token) { return }
        appendLength(token.count + 1)
        for at in 0..<token.count { bytes.append(token[at]) }
    }

    var tokens: [HoldToken] {
        var tokens: [HoldToken] = []
        _ = contains { token in
            tokens.append(token)
            return false
        }
        return tokens
    }

    /// Whether the condition is true of one of the tokens.
    func contains(where isIt: (HoldToken) -> Bool) -> Bool {
        var at = 0
        while at < bytes.count {
            let length = readLength(&at)
            let end = at + (length == 0 ? 16 : length - 1)
            if isIt(HoldToken(length == 0 ? Self.text(ofUUID: bytes[at..<end]) : Array(bytes[at..<end]))) {
                return true
            }
            at = end
        }
        return false
    }

    /// - Returns: whether the token is a UUID in its usual spelling, 8-4-4-4-12 digits, none of them a capital.
    private mutating func appendUUID(_ token: Span<UInt8>) -> Bool {
        guard token.count == 36, token[8] == Self.dash, token[13] == Self.dash, token[18] == Self.dash,
            token[23] == Self.dash
        else { return false }
        let start = bytes.count
        let values = Self.values.span
        bytes.append(0)
        var at = 0
        while at < 36 {
            if token[at] == Self.dash, at == 8 || at == 13 || at == 18 || at == 23 {
                at += 1
                continue
            }
            let (high, low) = (values[Int(token[at])], values[Int(token[at + 1])])
            guard high < 16, low < 16 else {
                bytes.removeLast(bytes.count - start)
                return false
            }
            bytes.append(high << 4 | low)
            at += 2
        }
        return true
    }

    private static func text(ofUUID bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (position, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(position) { text.append(dash) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0xF)])
        }
        return text
    }

    private static let dash = UInt8(ascii: "-")
    private static let digits = Array("0123456789abcdef".utf8)

    /// The value of each character as a hexadecimal digit; 16 where it is none.
    private static let values: [UInt8] = (0..<256).map { character in
        digits.firstIndex(of: UInt8(character)).map { UInt8($0) } ?? 16
    }

    /// Appends a length in bytes of seven bits, the least significant first; every byte but the last has the high bit.
    private mutating func appendLength(_ length: Int) {
        var rest = length
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private func readLength(_ at: inout Int) -> Int {
        var (length, shift) = (0, 0)
        while bytes[at] >= 0x80 {
            length |= Int(bytes[at] & 0x7F) << shift
            shift += 7
            at += 1
        }
        defer { at += 1 }
        return length | Int(bytes[at]) << shift
    }
}
