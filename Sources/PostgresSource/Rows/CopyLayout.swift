/// Finds the values of a row in its message, in the binary format of `COPY`. The server is not trusted: a value counts
/// only if the message has all of its bytes.
struct CopyLayout {
    struct Field {
        var start: Int
        /// The length in bytes; below zero for NULL.
        var length: Int
    }

    /// The error of a message that does not have that format.
    struct Malformed: Error {}

    /// The signature with which a stream opens; flags, and the length of an extension that no server sends, follow it.
    private static let signature = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]

    private(set) var fields: [Field] = []
    private var hasOpened = false
    private var hasEnded = false

    /// Reads the stream's next message.
    ///
    /// - Returns: whether it is a row; else it is the last one.
    /// - Throws: ``Malformed``, also for what follows the last one.
    mutating func read(_ message: UnsafeRawBufferPointer) throws(Malformed) -> Bool {
        fields.removeAll(keepingCapacity: true)
        var at = 0
        if !hasOpened {
            hasOpened = true
            at = unsafe try Self.openingLength(of: message)
        }
        let count = unsafe try Self.integer(message, at: &at, bytes: 2)
        // The end of the stream is a row of -1 fields.
        if hasEnded || count < -1 { throw Malformed() }
        if count == -1 {
            hasEnded = true
            return false
        }
        for _ in 0..<count {
            let length = unsafe try Self.integer(message, at: &at, bytes: 4)
            if length < -1 { throw Malformed() }
            fields.append(Field(start: at, length: length))
            at += max(length, 0)
        }
        if at > message.count { throw Malformed() }
        return true
    }

    private static func openingLength(of message: UnsafeRawBufferPointer) throws(Malformed) -> Int {
        guard message.count >= signature.count, unsafe message.prefix(signature.count).elementsEqual(signature) else {
            throw Malformed()
        }
        var at = signature.count + 4
        let extra = unsafe try integer(message, at: &at, bytes: 4)
        return at + max(extra, 0)
    }

    private static func integer(
        _ message: UnsafeRawBufferPointer, at: inout Int, bytes count: Int
    ) throws(Malformed) -> Int {
        guard at + count <= message.count else { throw Malformed() }
        defer { at += count }
        return unsafe Int(integer(UnsafeRawBufferPointer(rebasing: message[at..<at + count])))
    }

    /// Reads an integer of up to eight bytes, in network byte order.
    static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        var number: Int64 = (unsafe bytes.first.map { $0 & 0x80 != 0 } ?? false) ? -1 : 0
        for n in 0..<bytes.count { number = number << 8 | Int64(unsafe bytes[n]) }
        return number
    }
}
