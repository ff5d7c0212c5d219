import HoldModel

/// Tokens behind one another in one array: an array for each would take twice as much.
struct PackedTokens: Sendable {
    private var bytes: [UInt8] = []

    init(_ tokens: [HoldToken]) {
        bytes.reserveCapacity(tokens.reduce(0) { $0 + $1.bytes.count + Self.sizeOfLength($1.bytes.count) })
        for token in tokens {
            appendLength(token.bytes.count)
            bytes.append(contentsOf: token.bytes)
        }
    }

    var tokens: [HoldToken] {
        var tokens: [HoldToken] = []
        var at = 0
        while at < bytes.count {
            let length = readLength(&at)
            tokens.append(HoldToken(Array(bytes[at..<at + length])))
            at += length
        }
        return tokens
    }

    /// Seven bits a byte, the least significant first; every byte but the last carries the high bit.
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

    private static func sizeOfLength(_ length: Int) -> Int {
        var (size, rest) = (1, length)
        while rest >= 0x80 { (size, rest) = (size + 1, rest >> 7) }
        return size
    }
}
