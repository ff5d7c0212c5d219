import NIOCore

/// One command: its name and its words.
package struct RedisCommand: Sendable {
    private var words = WordBuffer()

    package init(_ words: String...) {
        for word in words { self.words.append(word) }
    }

    package mutating func append(_ word: String) {
        words.append(word)
    }

    package mutating func append(_ word: [UInt8]) {
        words.append(word)
    }

    package mutating func append(_ number: Int64) {
        words.append(String(number))
    }

    mutating func append(_ words: WordBuffer) {
        self.words.append(words)
    }

    /// Appends the command as RESP.
    func encode(into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt8(ascii: "*"))
        buffer.writeString(String(words.count))
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(words.bytes)
    }
}
