import HoldModel

/// A small hash as `DUMP` gives it, for `RESTORE`: one value and one command instead of a word a field, and the hash
/// stays in Redis' compact encoding, which it would leave for a value of 64 bytes that comes by `HSET`.
///
/// The format is Redis 7's (RDB version 10, a hash as listpack), which every later server reads. One value serves for
/// many hashes, one after the other.
struct HashPayload {
    private static let hashAsListpack: UInt8 = 16
    private static let version: UInt8 = 10
    /// Type, length of the listpack in its 32-bit form, the listpack's own size and count.
    private static let headerLength = 2 + 4 + 6
    /// The listpack's end, the version, the checksum.
    private static let footerLength = 1 + 2 + 8
    /// The most that an entry takes beside its text: a number's or an instant's own bytes, or lengths for both ways.
    private static let greatestEntry = Timestamp.greatestISO8601Length + 10

    /// The whole payload of the hash that was written last.
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(1024)
    }

    /// Writes a hash.
    ///
    /// - Parameters:
    ///   - fields: how many it has.
    ///   - texts: the bytes of its names and of those values that are texts.
    ///   - body: appends names and values in turn, each as an entry.
    mutating func write(fields: Int, texts: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
        bytes.removeAll(keepingCapacity: true)
        let entries = 2 * fields
        let room = Self.headerLength + texts + entries * Self.greatestEntry + Self.footerLength
        bytes.append(addingCapacity: room) { payload in
            payload.append(Self.hashAsListpack)
            payload.append(0x80)
            // Both sizes are known in the end.
            payload.append(repeating: 0, count: 8)
            payload.append(UInt8(truncatingIfNeeded: entries))
            payload.append(UInt8(truncatingIfNeeded: entries >> 8))
            body(&payload)
            payload.append(0xFF)
            let size = UInt32(payload.count - 6)
            for n in 0..<4 {
                payload[2 + n] = UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32(n)))
                payload[6 + n] = UInt8(truncatingIfNeeded: size >> (8 * UInt32(n)))
            }
            payload.append(Self.version)
            payload.append(0)
            let checksum = CRC64.checksum(of: payload.span)
            for n in 0..<8 { payload.append(UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(n)))) }
        }
    }
}

/// Entries of a listpack: each its length by its size class, itself, and the length of both for the way back.
extension OutputSpan<UInt8> {
    mutating func appendEntry(_ text: Span<UInt8>) {
        let start = beginEntry(of: text.count)
        append(text)
        endEntry(from: start)
    }

    mutating func appendEntry(_ text: [UInt8]) {
        appendEntry(text.span)
    }

    /// - Parameter text: of less than 64 bytes.
    @inline(__always)
    mutating func appendEntry(_ text: StaticString) {
        append(0x80 | UInt8(text.utf8CodeUnitCount))
        append(text)
        append(UInt8(text.utf8CodeUnitCount + 1))
    }

    /// Numbers go as text, which Redis reads as well.
    mutating func appendEntry(_ number: Int64) {
        let start = beginEntry(of: decimalDigitCount(of: number.magnitude) + (number < 0 ? 1 : 0))
        append(decimal: number)
        endEntry(from: start)
    }

    mutating func appendEntry(_ instant: Timestamp) {
        let start = count
        append(0)
        instant.appendISO8601(to: &self)
        // It is known to have less than 64 bytes, and how many when they are there.
        self[start] = 0x80 | UInt8(count - start - 1)
        endEntry(from: start)
    }

    /// - Returns: where the entry begins.
    private mutating func beginEntry(of length: Int) -> Int {
        let start = count
        if length < 64 {
            append(0x80 | UInt8(length))
        } else if length < 4096 {
            append(0xE0 | UInt8(length >> 8))
            append(UInt8(length & 0xFF))
        } else {
            append(0xF0)
            for n in 0..<4 { append(UInt8(truncatingIfNeeded: length >> (8 * n))) }
        }
        return start
    }

    /// Seven bits a byte, the most significant first; every byte but the first carries the high bit. Where the size
    /// changes, Redis is not quite minimal, and it asserts that a list is as it would have written it.
    private mutating func endEntry(from start: Int) {
        let length = count - start
        if length <= 127 { return append(UInt8(length)) }
        let size =
            switch length {
            case ..<16_383: 2
            case ..<2_097_151: 3
            case ..<268_435_455: 4
            default: 5
            }
        for n in (0..<size).reversed() {
            let bits = UInt8(truncatingIfNeeded: length >> (7 * n) & 0x7F)
            append(n == size - 1 ? bits : bits | 0x80)
        }
    }
}
