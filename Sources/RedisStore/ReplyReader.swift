import CHiredis

/// hiredis' incremental reply parser: bytes in, whole replies out. Owns the reader and every reply it makes.
@safe
final class ReplyReader {
    /// What hiredis says of bytes that are not RESP.
    struct ProtocolViolation: Error {
        let message: String
    }

    private let reader: UnsafeMutablePointer<redisReader>

    init?() {
        guard let reader = unsafe redisReaderCreate() else { return nil }
        // Zero keeps the buffer between replies: pages come one after the other and are of one size.
        unsafe reader.pointee.maxbuf = 0
        unsafe self.reader = reader
    }

    deinit {
        unsafe redisReaderFree(reader)
    }

    func feed(_ bytes: UnsafeRawBufferPointer) throws(ProtocolViolation) {
        guard let start = bytes.baseAddress else { return }
        guard unsafe redisReaderFeed(reader, start.assumingMemoryBound(to: CChar.self), bytes.count) == REDIS_OK else {
            throw violation()
        }
    }

    /// The next whole reply; `nil` until more bytes come.
    func next() throws(ProtocolViolation) -> RedisReply? {
        var reply: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &reply) == REDIS_OK else { throw violation() }
        guard let reply = unsafe reply else { return nil }
        defer { unsafe freeReplyObject(reply) }
        return unsafe Self.value(reply.assumingMemoryBound(to: redisReply.self))
    }

    private func violation() -> ProtocolViolation {
        let message = unsafe withUnsafeBytes(of: &reader.pointee.errstr) { text in
            unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ProtocolViolation(message: message)
    }

    /// hiredis refuses deep nesting itself, so the recursion is bounded.
    private static func value(_ reply: UnsafeMutablePointer<redisReply>) -> RedisReply {
        switch unsafe reply.pointee.type {
        case REDIS_REPLY_STRING: return unsafe .string(bytes(reply))
        case REDIS_REPLY_STATUS: return unsafe .status(String(decoding: bytes(reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: return unsafe .error(String(decoding: bytes(reply), as: UTF8.self))
        case REDIS_REPLY_INTEGER: return unsafe .integer(reply.pointee.integer)
        case REDIS_REPLY_ARRAY:
            var elements: [RedisReply] = []
            let count = Int(unsafe reply.pointee.elements)
            elements.reserveCapacity(count)
            for position in 0..<count {
                if let element = unsafe reply.pointee.element[position] { unsafe elements.append(value(element)) }
            }
            return .array(elements)
        default: return .null
        }
    }

    private static func bytes(_ reply: UnsafeMutablePointer<redisReply>) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: reply.pointee.str, count: Int(reply.pointee.len)))
    }
}
