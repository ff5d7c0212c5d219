import CHiredis

/// Parses replies with hiredis, as their bytes arrive. It owns hiredis' reader.
///
/// hiredis calls back for each part of a reply, and the parts are added to a ``ReplyTape``. hiredis would otherwise
/// make and free an object for each part, and the replies of a look have millions.
///
/// hiredis itself only bounds the nesting of arrays, to seven. So ``ReplyLimits`` are checked for each part, and for an
/// incomplete part with each piece that is fed.
@safe
final class ReplyReader {
    /// The error after which nothing more can be read.
    enum Refusal: Error {
        /// The bytes are not RESP; the text is hiredis'.
        case protocolViolation(String)
        /// The replies are larger than the limits; the text says which.
        case tooMuch(String)
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    /// The object to which the callbacks add parts.
    private let intake: UnsafeMutablePointer<ReplyIntake>

    /// The limits from now on.
    var limits: ReplyLimits {
        get { unsafe intake.pointee.limits }
        set { unsafe intake.pointee.limits = newValue }
    }

    init?(_ limits: ReplyLimits) {
        unsafe functions = .allocate(capacity: 1)
        unsafe functions.initialize(to: Self.callbacks)
        guard let reader = unsafe redisReaderCreateWithFunctions(functions) else {
            unsafe functions.deallocate()
            return nil
        }
        unsafe intake = .allocate(capacity: 1)
        unsafe intake.initialize(to: ReplyIntake(limits))
        // Zero keeps the buffer between replies, since pages of one size come one after the other.
        unsafe reader.pointee.maxbuf = 0
        // This object owns both, so the intake outlives every call of the reader.
        unsafe reader.pointee.privdata = UnsafeMutableRawPointer(intake)
        unsafe self.reader = reader
    }

    deinit {
        unsafe redisReaderFree(reader)
        unsafe functions.deallocate()
        unsafe intake.deinitialize(count: 1)
        unsafe intake.deallocate()
    }

    func feed(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        guard let start = bytes.baseAddress else { return }
        guard unsafe redisReaderFeed(reader, start.assumingMemoryBound(to: CChar.self), bytes.count) == REDIS_OK else {
            throw refusal()
        }
    }

    /// Reads the next reply.
    ///
    /// - Returns: whether it was complete; else more bytes must come.
    func next() throws(Refusal) -> Bool {
        var reply: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &reply) == REDIS_OK else { throw refusal() }
        if unsafe reply != nil { return true }
        let unread = unsafe reader.pointee.len - reader.pointee.pos
        if unread > 0 { unsafe intake.pointee.look(atUnfinished: unread, text: announcedLength()) }
        if unsafe intake.pointee.excess != nil { throw refusal() }
        return false
    }

    /// Returns the announced length of the incomplete text; `nil` where the incomplete part is a line.
    private func announcedLength() -> Int? {
        let task = unsafe withUnsafeBytes(of: &reader.pointee.rstack) { tasks in
            unsafe tasks.bindMemory(to: redisReadTask.self)[max(Int(reader.pointee.ridx), 0)]
        }
        guard unsafe task.type == REDIS_REPLY_STRING, let buffer = unsafe reader.pointee.buf else { return nil }
        let unread = unsafe UnsafeRawBufferPointer(
            start: buffer + reader.pointee.pos, count: reader.pointee.len - reader.pointee.pos)
        // hiredis has accepted the line, so it has a number.
        guard let end = unsafe unread.prefix(32).firstIndex(of: UInt8(ascii: "\r")) else { return nil }
        return unsafe Int(String(decoding: unread[..<end], as: UTF8.self))
    }

    /// Returns the replies that have come since the last call.
    func takeTape() -> ReplyTape {
        let full = unsafe intake.pointee.tape
        unsafe intake.pointee.tape = ReplyTape(like: full)
        return full
    }

    private func refusal() -> Refusal {
        if let excess = unsafe intake.pointee.excess { return .tooMuch(excess) }
        let message = unsafe withUnsafeBytes(of: &reader.pointee.errstr) { text in
            unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return .protocolViolation(message)
    }

    /// The callbacks of hiredis. Each returns any pointer but NULL, which would end the reading; hiredis takes it for
    /// an object.
    private static var callbacks: redisReplyObjectFunctions {
        unsafe redisReplyObjectFunctions(
            createString: { task, start, length in
                guard let intake = unsafe ReplyReader.intake(of: task), let type = unsafe task?.pointee.type,
                    unsafe intake.pointee.takes(bytes: length)
                else { return nil }
                let kind: ReplyTape.Kind =
                    switch type {
                    case REDIS_REPLY_STATUS: .status
                    case REDIS_REPLY_ERROR: .error
                    default: .string
                    }
                unsafe intake.pointee.tape.addText(kind, UnsafeRawBufferPointer(start: start, count: length))
                return UnsafeMutableRawPointer(intake)
            },
            createArray: { task, count in
                guard let intake = unsafe ReplyReader.intake(of: task),
                    unsafe intake.pointee.takes(elements: Int(count))
                else { return nil }
                unsafe intake.pointee.tape.addArray(of: Int(count))
                return UnsafeMutableRawPointer(intake)
            },
            createInteger: { task, number in
                guard let intake = unsafe ReplyReader.intake(of: task), unsafe intake.pointee.takes() else {
                    return nil
                }
                unsafe intake.pointee.tape.addInteger(number)
                return UnsafeMutableRawPointer(intake)
            },
            createNil: { task in
                guard let intake = unsafe ReplyReader.intake(of: task), unsafe intake.pointee.takes() else {
                    return nil
                }
                unsafe intake.pointee.tape.addNull()
                return UnsafeMutableRawPointer(intake)
            },
            // There is no object to free.
            freeObject: { _ in })
    }

    private static func intake(of task: UnsafePointer<redisReadTask>?) -> UnsafeMutablePointer<ReplyIntake>? {
        unsafe task?.pointee.privdata?.assumingMemoryBound(to: ReplyIntake.self)
    }
}
