import NIOCore

/// Words of a command, encoded as RESP bulk strings as they are added: pages are large, and a word is copied once.
struct WordBuffer: Sendable {
    private(set) var count = 0
    private(set) var bytes = ByteBuffer()

    mutating func append(_ word: [UInt8]) {
        startWord(of: word.count)
        bytes.writeBytes(word)
        bytes.writeStaticString("\r\n")
    }

    mutating func append(_ word: String) {
        startWord(of: word.utf8.count)
        bytes.writeString(word)
        bytes.writeStaticString("\r\n")
    }

    mutating func append(_ word: StaticString) {
        startWord(of: word.utf8CodeUnitCount)
        bytes.writeStaticString(word)
        bytes.writeStaticString("\r\n")
    }

    /// One word of two parts.
    mutating func append(_ head: [UInt8], _ tail: [UInt8]) {
        startWord(of: head.count + tail.count)
        bytes.writeBytes(head)
        bytes.writeBytes(tail)
        bytes.writeStaticString("\r\n")
    }

    mutating func append(_ other: WordBuffer) {
        count += other.count
        bytes.writeImmutableBuffer(other.bytes)
    }

    private mutating func startWord(of length: Int) {
        count += 1
        bytes.writeInteger(UInt8(ascii: "$"))
        bytes.writeString(String(length))
        bytes.writeStaticString("\r\n")
    }
}
