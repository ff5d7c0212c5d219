/// Plain commands that go out together, encoded as they are added: hundreds of one shape, so that what they share is
/// encoded once.
struct CommandSequence: Sendable {
    /// Commands that one write carries: Redis serves others in between, and the bytes in flight stay bounded.
    static let greatestCount = 250

    private(set) var count = 0
    private(set) var bytes: [UInt8] = []

    var isFull: Bool { count >= Self.greatestCount }

    /// Adds a command of three parts: `head`, one key of two parts, `tail`.
    mutating func append(_ head: WordBuffer, key: ([UInt8], [UInt8]), _ tail: WordBuffer) {
        startCommand(of: head.count + 1 + tail.count)
        bytes.append(contentsOf: head.bytes)
        WordBuffer.encode(key.0, key.1, into: &bytes)
        bytes.append(contentsOf: tail.bytes)
    }

    mutating func append(_ words: WordBuffer) {
        startCommand(of: words.count)
        bytes.append(contentsOf: words.bytes)
    }

    private mutating func startCommand(of words: Int) {
        count += 1
        bytes.append(UInt8(ascii: "*"))
        bytes.append(contentsOf: String(words).utf8)
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}
