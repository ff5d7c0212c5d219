import HoldModel

/// A small hash as `DUMP` gives it, for `RESTORE`: one value and one command instead of a word a field, and the hash
/// stays in Redis' compact encoding, which it would leave for a value of 64 bytes that comes by `HSET`.
///
/// The format is Redis 7's (RDB version 10, a hash as listpack), which every later server reads.
struct HashPayload {
    private static let hashAsListpack: UInt8 = 16
    private static let version: UInt8 = 10
    /// Type, length of the listpack in its 32-bit form, the listpack's own size and count.
    private static let headerSize = 1 + 5 + 6

    private var bytes: [UInt8]
    private var count = 0

    init() {
        bytes = Array(repeating: 0, count: Self.headerSize)
        bytes.reserveCapacity(512)
    }

    mutating func add(_ name: [UInt8], _ value: [UInt8]) {
        add(name)
        add(value)
    }

    mutating func add(_ name: [UInt8], _ value: Int64) {
        add(name, decimalDigits(value))
    }

    /// The whole payload.
    consuming func finished() -> [UInt8] {
        bytes.append(0xFF)
        let size = UInt32(bytes.count - 6)
        bytes[0] = Self.hashAsListpack
        bytes[1] = 0x80
        for n in 0..<4 {
            bytes[2 + n] = UInt8(truncatingIfNeeded: size >> (24 - 8 * UInt32(n)))
            bytes[6 + n] = UInt8(truncatingIfNeeded: size >> (8 * UInt32(n)))
        }
        bytes[10] = UInt8(truncatingIfNeeded: count)
        bytes[11] = UInt8(truncatingIfNeeded: count >> 8)
        bytes.append(Self.version)
        bytes.append(0)
        let checksum = CRC64.checksum(of: bytes)
        for n in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: checksum >> (8 * UInt64(n)))) }
        return bytes
    }

    /// One listpack entry: its length by its size class, itself, and the length of both for the way back. Numbers go as
    /// text, which Redis reads as well.
    private mutating func add(_ text: [UInt8]) {
        count += 1
        let length = text.count
        let start = bytes.count
        if length < 64 {
            bytes.append(0x80 | UInt8(length))
        } else if length < 4096 {
            bytes.append(0xE0 | UInt8(length >> 8))
            bytes.append(UInt8(length & 0xFF))
        } else {
            bytes.append(0xF0)
            for n in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: length >> (8 * n))) }
        }
        bytes.append(contentsOf: text)
        appendBackLength(bytes.count - start)
    }

    /// Seven bits a byte, the most significant first; every byte but the first carries the high bit. Where the size
    /// changes, Redis is not quite minimal, and it asserts that a list is as it would have written it.
    private mutating func appendBackLength(_ length: Int) {
        let size =
            switch length {
            case ...127: 1
            case ..<16_383: 2
            case ..<2_097_151: 3
            case ..<268_435_455: 4
            default: 5
            }
        for n in (0..<size).reversed() {
            let bits = UInt8(truncatingIfNeeded: length >> (7 * n) & 0x7F)
            bytes.append(n == size - 1 ? bits : bits | 0x80)
        }
    }
}
