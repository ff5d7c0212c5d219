import CHiredis

/// hiredis' incremental reply parser: bytes in, whole replies out. Owns the reader.
///
/// hiredis calls back for each part of a reply, and the parts go onto a ``ReplyTape``: its own reply objects would be made
/// and freed for each of them, and replies of a look have millions.
///
/// hiredis itself knows no bound but arrays in seven arrays: ``ReplyLimits`` are looked at for each part, and for what has not
/// come to its end with each piece that is fed.
@safe
final class ReplyReader {
    /// Why nothing more can be read.
    enum Refusal: Error {
        /// The bytes are not RESP, as hiredis says.
        case protocolViolation(String)
        /// There is more than the limits allow.
        case tooMuch(String)
    }

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    /// What the callbacks add to.
    private let intake: UnsafeMutablePointer<ReplyIntake>

    /// How much is taken in from now on.
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
        // Zero keeps the buffer between replies: pages come one after the other and are of one size.
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

    /// Takes the next reply in.
    ///
    /// - Returns: whether one was whole; else more bytes must come.
    func next() throws(Refusal) -> Bool {
        var reply: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &reply) == REDIS_OK else { throw refusal() }
        if unsafe reply != nil { return true }
        let unread = unsafe reader.pointee.len - reader.pointee.pos
        if unread > 0 { unsafe intake.pointee.look(atUnfinished: unread, text: announcedLength()) }
        if unsafe intake.pointee.excess != nil { throw refusal() }
        return false
    }

    /// The length of the text whose end has not come.
    private func announcedLength() -> Int? {
        let task = unsafe withUnsafeBytes(of: &reader.pointee.rstack) { tasks in
            unsafe tasks.bindMemory(to: redisReadTask.self)[max(Int(reader.pointee.ridx), 0)]
        }
        guard unsafe task.type == REDIS_REPLY_STRING, let buffer = unsafe reader.pointee.buf else { return nil }
        let unread = unsafe UnsafeRawBufferPointer(
            start: buffer + reader.pointee.pos, count: reader.pointee.len - reader.pointee.pos)
        // Where the line has ended hiredis has found a number in it.
        guard let end = unsafe unread.prefix(32).firstIndex(of: UInt8(ascii: "\r")) else { return nil }
        return unsafe Int(String(decoding: unread[..<end], as: UTF8.self))
    }

    /// The replies that have come since this was asked last.
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

    /// Each answers what hiredis takes for the object: anything but NULL, which ends the reading.
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
            // What it would free is the intake's.
            freeObject: { _ in })
    }

    private static func intake(of task: UnsafePointer<redisReadTask>?) -> UnsafeMutablePointer<ReplyIntake>? {
        unsafe task?.pointee.privdata?.assumingMemoryBound(to: ReplyIntake.self)
    }
}
