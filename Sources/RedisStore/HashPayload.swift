import HoldModel

/// A small hash as `DUMP` gives it, for `RESTORE`: one value and one command instead of a word a field, and the hash
/// stays in Redis' compact encoding, which it would leave for a value of 64 bytes that comes by `HSET`.
///
/// The format is Redis 7's (RDB version 10, a hash as listpack), which every later server reads. One value serves for
/// many hashes, one after the other: `begin`, names and values in turn, `end`.
struct HashPayload {
    /// What many hashes have in common, encoded once.
    struct Part {
        fileprivate let bytes: [UInt8]
        fileprivate let count: Int

        /// - Parameter texts: names and values in turn.
        init(_ texts: [UInt8]...) {
            var payload = HashPayload()
            payload.bytes = []
            for text in texts { payload.add(text) }
            bytes = payload.bytes
            count = payload.count
        }
    }

    private static let hashAsListpack: UInt8 = 16
    private static let version: UInt8 = 10
    /// Type, length of the listpack in its 32-bit form, the listpack's own size and count.
    private static let header = [hashAsListpack, 0x80] + Array(repeating: 0, count: 4 + 6)

    /// The whole payload, once it has ended.
    private(set) var bytes: [UInt8] = Self.header
    private var count = 0

    init() {
        bytes.reserveCapacity(1024)
    }

    mutating func begin() {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: Self.header)
        count = 0
    }

    mutating func add(_ part: Part) {
        count += part.count
        bytes.append(contentsOf: part.bytes)
    }

    /// A name or a value.
    mutating func add(_ text: [UInt8]) {
        add(text.span)
    }

    mutating func add(_ text: Span<UInt8>) {
        let start = beginEntry(of: text.count)
        bytes.append(text)
        appendBackLength(bytes.count - start)
    }

    /// Numbers go as text, which Redis reads as well.
    mutating func add(_ number: Int64) {
        addShort { appendDecimalDigits(number, to: &$0) }
    }

    mutating func add(_ instant: Timestamp) {
        addShort { instant.appendISO8601(to: &$0) }
    }

    /// An entry of less than 64 bytes, whose length is known when it is there.
    private mutating func addShort(_ append: (inout [UInt8]) -> Void) {
        count += 1
        let start = bytes.count
        bytes.append(0)
        append(&bytes)
        bytes[start] = 0x80 | UInt8(bytes.count - start - 1)
        appendBackLength(bytes.count - start)
    }

    mutating func end() {
        bytes.append(0xFF)
        let size = UInt32(bytes.count - 6)
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
    }

    /// The start of a listpack entry: its length by its size class. Itself follows, and the length of both for the way
    /// back.
    ///
    /// - Returns: where the entry begins.
    private mutating func beginEntry(of length: Int) -> Int {
        count += 1
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
        return start
    }

    /// Seven bits a byte, the most significant first; every byte but the first carries the high bit. Where the size
    /// changes, Redis is not quite minimal, and it asserts that a list is as it would have written it.
    private mutating func appendBackLength(_ length: Int) {
        if length <= 127 { return bytes.append(UInt8(length)) }
        let size =
            switch length {
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
