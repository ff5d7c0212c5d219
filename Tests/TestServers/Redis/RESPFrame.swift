import NIOCore

/// One value of the Redis protocol (RESP2), as bytes on their way.
struct RESPFrame: Sendable {
    struct Malformed: Error {}

    let bytes: ByteBuffer

    /// Takes the first value out of what has come so far; `nil` while it is not whole.
    init?(takenFrom buffer: inout ByteBuffer) throws {
        guard let end = try RESPFrame.end(in: buffer, from: buffer.readerIndex),
            let slice = buffer.readSlice(length: end - buffer.readerIndex)
        else { return nil }
        bytes = slice
        buffer.discardReadBytes()
    }

    /// The words of a command, which is an array of bulk strings.
    func words() throws -> [String] {
        var rest = bytes
        func line() throws -> Int {
            guard let end = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")),
                let text = rest.readString(length: end + 1 - rest.readerIndex),
                let number = Int(text.dropFirst().prefix { $0.isWholeNumber })
            else { throw Malformed() }
            return number
        }
        return try (0..<line()).map { _ in
            guard let word = rest.readSlice(length: try line()) else { throw Malformed() }
            rest.moveReaderIndex(forwardBy: 2)
            return String(buffer: word)
        }
    }

    /// Where the value that begins at `start` ends; `nil` while that has not come.
    private static func end(in buffer: ByteBuffer, from start: Int) throws -> Int? {
        guard let view = buffer.viewBytes(at: start, length: buffer.writerIndex - start), let kind = view.first,
            let lineFeed = view.firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        let next = lineFeed + 1
        let text = String(decoding: view[(start + 1)..<max(lineFeed - 1, start + 1)], as: UTF8.self)
        switch kind {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"): return next
        case UInt8(ascii: "$"):
            let end = try length(text).map { next + $0 + 2 } ?? next
            return end <= buffer.writerIndex ? end : nil
        case UInt8(ascii: "*"):
            var end = next
            for _ in 0..<(try length(text) ?? 0) {
                guard let after = try self.end(in: buffer, from: end) else { return nil }
                end = after
            }
            return end
        default: throw Malformed()
        }
    }

    /// `nil` for what is missing, which RESP2 tells by a length of -1.
    private static func length(_ text: String) throws -> Int? {
        guard let length = Int(text) else { throw Malformed() }
        return length < 0 ? nil : length
    }
}
