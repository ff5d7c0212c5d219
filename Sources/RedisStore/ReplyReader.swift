import CHiredis

/// hiredis' incremental reply parser: bytes in, whole replies out. Owns the reader.
///
/// hiredis calls back for each part of a reply, and the parts go onto a ``ReplyTape``: its own reply objects would be made
/// and freed for each of them, and replies of a look have millions.
@safe
final class ReplyReader {
    /// What hiredis says of bytes that are not RESP.
    struct ProtocolViolation: Error {
        let message: String
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    /// What the callbacks add to.
    private let tape: UnsafeMutablePointer<ReplyTape>

    init?() {
        unsafe functions = .allocate(capacity: 1)
        unsafe functions.initialize(to: Self.callbacks)
        guard let reader = unsafe redisReaderCreateWithFunctions(functions) else {
            unsafe functions.deallocate()
            return nil
        }
        unsafe tape = .allocate(capacity: 1)
        unsafe tape.initialize(to: ReplyTape())
        // Zero keeps the buffer between replies: pages come one after the other and are of one size.
        unsafe reader.pointee.maxbuf = 0
        // This object owns both, so the tape outlives every call of the reader.
        unsafe reader.pointee.privdata = UnsafeMutableRawPointer(tape)
        unsafe self.reader = reader
    }

    deinit {
        unsafe redisReaderFree(reader)
        unsafe functions.deallocate()
        unsafe tape.deinitialize(count: 1)
        unsafe tape.deallocate()
    }

    func feed(_ bytes: UnsafeRawBufferPointer) throws(ProtocolViolation) {
        guard let start = bytes.baseAddress else { return }
        guard unsafe redisReaderFeed(reader, start.assumingMemoryBound(to: CChar.self), bytes.count) == REDIS_OK else {
            throw violation()
        }
    }

    /// Takes the next reply in.
    ///
    /// - Returns: whether one was whole; else more bytes must come.
    func next() throws(ProtocolViolation) -> Bool {
        var reply: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &reply) == REDIS_OK else { throw violation() }
        return unsafe reply != nil
    }

    /// The replies that have come since this was asked last.
    func takeTape() -> ReplyTape {
        let full = unsafe tape.pointee
        unsafe tape.pointee = ReplyTape(like: full)
        return full
    }

    private func violation() -> ProtocolViolation {
        let message = unsafe withUnsafeBytes(of: &reader.pointee.errstr) { text in
            unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return ProtocolViolation(message: message)
    }

    /// Each answers what hiredis takes for the object: anything but NULL, which would mean that memory has run out.
    private static var callbacks: redisReplyObjectFunctions {
        unsafe redisReplyObjectFunctions(
            createString: { task, start, length in
                guard let tape = unsafe ReplyReader.tape(of: task), let type = unsafe task?.pointee.type else {
                    return nil
                }
                let kind: ReplyTape.Kind =
                    switch type {
                    case REDIS_REPLY_STATUS: .status
                    case REDIS_REPLY_ERROR: .error
                    default: .string
                    }
                unsafe tape.pointee.addText(kind, UnsafeRawBufferPointer(start: start, count: length))
                return UnsafeMutableRawPointer(tape)
            },
            createArray: { task, count in
                guard let tape = unsafe ReplyReader.tape(of: task) else { return nil }
                unsafe tape.pointee.addArray(of: Int(count))
                return UnsafeMutableRawPointer(tape)
            },
            createInteger: { task, number in
                guard let tape = unsafe ReplyReader.tape(of: task) else { return nil }
                unsafe tape.pointee.addInteger(number)
                return UnsafeMutableRawPointer(tape)
            },
            createNil: { task in
                guard let tape = unsafe ReplyReader.tape(of: task) else { return nil }
                unsafe tape.pointee.addNull()
                return UnsafeMutableRawPointer(tape)
            },
            // What it would free is the tape's.
            freeObject: { _ in })
    }

    private static func tape(of task: UnsafePointer<redisReadTask>?) -> UnsafeMutablePointer<ReplyTape>? {
        unsafe task?.pointee.privdata?.assumingMemoryBound(to: ReplyTape.self)
    }
}
