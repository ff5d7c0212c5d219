import CHiredis

/// hiredis' incremental reply parser: bytes in, whole replies out. Owns the reader.
///
/// hiredis calls back for each part of a reply, and the parts go into a ``ReplyAssembly``: its own reply objects would be
/// made and freed for each of them, and replies of a survey have millions.
@safe
final class ReplyReader {
    /// What hiredis says of bytes that are not RESP.
    struct ProtocolViolation: Error {
        let message: String
    }

    /// Where the callbacks find what they add to.
    private final class Parts {
        var assembly = ReplyAssembly()
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let parts = Parts()

    init?() {
        unsafe functions = .allocate(capacity: 1)
        unsafe functions.initialize(to: Self.callbacks)
        guard let reader = unsafe redisReaderCreateWithFunctions(functions) else {
            unsafe functions.deallocate()
            return nil
        }
        // Zero keeps the buffer between replies: pages come one after the other and are of one size.
        unsafe reader.pointee.maxbuf = 0
        // This object owns both, so the parts outlive every call of the reader.
        unsafe reader.pointee.privdata = Unmanaged.passUnretained(parts).toOpaque()
        unsafe self.reader = reader
    }

    deinit {
        unsafe redisReaderFree(reader)
        unsafe functions.deallocate()
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
        return unsafe reply == nil ? nil : parts.assembly.take()
    }

    private func violation() -> ProtocolViolation {
        let message = unsafe withUnsafeBytes(of: &reader.pointee.errstr) { text in
            unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ProtocolViolation(message: message)
    }

    /// hiredis refuses deep nesting itself, so the arrays that are open at once are bounded.
    private static var callbacks: redisReplyObjectFunctions {
        unsafe redisReplyObjectFunctions(
            createString: { task, start, length in
                unsafe ReplyReader.add(to: task) { type in
                    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: length)
                    return switch type {
                    case REDIS_REPLY_STATUS: unsafe .status(String(decoding: bytes, as: UTF8.self))
                    case REDIS_REPLY_ERROR: unsafe .error(String(decoding: bytes, as: UTF8.self))
                    default: unsafe .string(Array(bytes))
                    }
                }
            },
            createArray: { task, count in
                guard let parts = unsafe ReplyReader.parts(of: task) else { return nil }
                parts.assembly.addArray(of: Int(count))
                return unsafe Unmanaged.passUnretained(parts).toOpaque()
            },
            createInteger: { task, number in unsafe ReplyReader.add(to: task) { _ in .integer(number) } },
            createNil: { task in unsafe ReplyReader.add(to: task) { _ in .null } },
            // What it would free is the assembly's.
            freeObject: { _ in })
    }

    /// - Returns: what hiredis takes for the object; anything but NULL, which would mean that memory has run out.
    private static func add(
        to task: UnsafePointer<redisReadTask>?, _ reply: (Int32) -> RedisReply
    ) -> UnsafeMutableRawPointer? {
        guard let parts = unsafe parts(of: task) else { return nil }
        parts.assembly.add(unsafe reply(task?.pointee.type ?? REDIS_REPLY_NIL))
        return unsafe Unmanaged.passUnretained(parts).toOpaque()
    }

    private static func parts(of task: UnsafePointer<redisReadTask>?) -> Parts? {
        unsafe task?.pointee.privdata.map { unsafe Unmanaged<Parts>.fromOpaque($0).takeUnretainedValue() }
    }
}
