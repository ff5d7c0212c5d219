/// Replies behind one another, as their parts came: an array is followed by its elements. Texts lie in one array of bytes.
///
/// Replies of a look have millions of parts. Here none of them is an object: whoever compares them reads them where they
/// are, and ``replies`` makes values of them for everybody else.
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
        /// Bytes of a text, or elements of an array.
        let count: UInt32
        /// Where a text begins, or the integer itself.
        let value: Int64

        /// Parts that follow and belong to it.
        var elements: UInt32 { kind == .array ? count : 0 }

        /// Of a text, where it lies.
        var range: Range<Int> { Int(value)..<Int(value) + Int(count) }
    }

    /// Bytes of an error that are told.
    private static let longestError = 16_384

    private(set) var bytes: [UInt8] = []
    private(set) var parts: [Part] = []

    init() {}

    /// With room for as much as another has, since what is asked at once is of one shape; but a very long reply is one of
    /// a kind.
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

    /// - Parameter count: its elements, which follow.
    mutating func addArray(of count: Int) {
        parts.append(Part(kind: .array, count: UInt32(max(count, 0)), value: 0))
    }

    /// All of them as values.
    var replies: [RedisReply] {
        var replies: [RedisReply] = []
        var at = 0
        while at < parts.count { replies.append(reply(at: &at)) }
        return replies
    }

    /// - Parameter at: the part that a reply begins with; afterwards the one behind it.
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
        // Nobody reads more of an error, and it is handed on from place to place.
        let length = part.kind == .error ? min(part.range.count, Self.longestError) : part.range.count
        return String(decoding: bytes[part.range.prefix(length)], as: UTF8.self)
    }
}
