/// Words of a command, encoded as RESP bulk strings as they are added: pages are large, and a word is copied once.
struct WordBuffer: Sendable {
    private(set) var count = 0
    private(set) var bytes: [UInt8] = []

    mutating func append(_ word: [UInt8]) {
        startWord(of: word.count)
        bytes.append(contentsOf: word)
        endLine()
    }

    mutating func append(_ word: String) {
        startWord(of: word.utf8.count)
        bytes.append(contentsOf: word.utf8)
        endLine()
    }

    mutating func append(_ word: StaticString) {
        startWord(of: word.utf8CodeUnitCount)
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        endLine()
    }

    mutating func append(_ number: Int64) {
        append(String(number))
    }

    /// One word of two parts.
    mutating func append(_ head: [UInt8], _ tail: [UInt8]) {
        startWord(of: head.count + tail.count)
        bytes.append(contentsOf: head)
        bytes.append(contentsOf: tail)
        endLine()
    }

    mutating func append(_ other: WordBuffer) {
        count += other.count
        bytes.append(contentsOf: other.bytes)
    }

    private mutating func startWord(of length: Int) {
        count += 1
        bytes.append(UInt8(ascii: "$"))
        appendDigits(of: length)
        endLine()
    }

    /// Lengths are short, so their digits are found without making a string of them.
    private mutating func appendDigits(of length: Int) {
        if length >= 10 { appendDigits(of: length / 10) }
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: length % 10))
    }

    private mutating func endLine() {
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}
