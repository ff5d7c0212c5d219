/// A buffer of replies, in the order in which their parts came: an array is followed by its elements. All texts are in
/// one array of bytes.
///
/// The replies of a look have millions of parts, and none of them is an object here. Code that compares them reads them
/// in place; for all other code ``replies`` makes values of them.
struct ReplyTape: Sendable {
    enum Kind: UInt8 {
        case string
        case status
        case error
        case integer
        case null
        case array
    }

    struct Part {
        let kind: Kind
        /// How many bytes a text has, or how many elements an array.
        let count: UInt32
        /// The offset of a text, or the integer itself.
        let value: Int64

        /// How many of the following parts belong to it.
        var elements: UInt32 { kind == .array ? count : 0 }

        /// The bytes of a text.
        var range: Range<Int> { Int(value)..<Int(value) + Int(count) }
    }

    /// How many bytes of an error are kept.
    private static let longestError = 16_384

    private(set) var bytes: [UInt8] = []
    private(set) var parts: [Part] = []

    init() {}

    /// Makes a tape with room for as much as another one has, since batches are alike; but the size of a very long
    /// reply does not count.
    init(like other: ReplyTape) {
        bytes.reserveCapacity(min(other.bytes.count, 1 << 20))
        parts.reserveCapacity(min(other.parts.count, 1 << 16))
    }

    mutating func addText(_ kind: Kind, _ text: UnsafeRawBufferPointer) {
        parts.append(Part(kind: kind, count: UInt32(text.count), value: Int64(bytes.count)))
        unsafe bytes.append(contentsOf: text)
    }

    mutating func addInteger(_ number: Int64) {
        parts.append(Part(kind: .integer, count: 0, value: number))
    }

    mutating func addNull() {
        parts.append(Part(kind: .null, count: 0, value: 0))
    }

    /// - Parameter count: how many elements follow.
    mutating func addArray(of count: Int) {
        parts.append(Part(kind: .array, count: UInt32(max(count, 0)), value: 0))
    }

    /// All replies as values.
    var replies: [RedisReply] {
        var replies: [RedisReply] = []
        var at = 0
        while at < parts.count { replies.append(reply(at: &at)) }
        return replies
    }

    /// - Parameter at: the first part of a reply; set to the part after it.
    func reply(at: inout Int) -> RedisReply {
        let part = parts[at]
        at += 1
        switch part.kind {
        case .string: return .string(Array(bytes[part.range]))
        case .status: return .status(text(of: part))
        case .error: return .error(text(of: part))
        case .integer: return .integer(part.value)
        case .null: return .null
        case .array:
            var elements: [RedisReply] = []
            elements.reserveCapacity(Int(part.count))
            for _ in 0..<part.count { elements.append(reply(at: &at)) }
            return .array(elements)
        }
    }

    func text(of part: Part) -> String {
        // An error is passed on many times, and nobody reads more of it.
        let length = part.kind == .error ? min(part.range.count, Self.longestError) : part.range.count
        return String(decoding: bytes[part.range.prefix(length)], as: UTF8.self)
    }
}
