/// Plain commands that go out together, encoded as they are added: hundreds of one shape, so that what they share is
/// encoded once.
package struct CommandSequence: Sendable {
    /// Commands that one write carries: Redis serves others in between, and the bytes in flight stay bounded.
    static let greatestCount = 250

    private(set) var count = 0
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ room: Int) {
        bytes.reserveCapacity(room)
    }

    var isFull: Bool { count >= Self.greatestCount }

    /// Adds a command about a hold: `head`, its key, `tail`.
    mutating func append(_ head: WordBuffer, _ prefix: [UInt8], _ token: Span<UInt8>, _ tail: WordBuffer) {
        startCommand(of: head.count + 1 + tail.count)
        bytes.append(contentsOf: head.bytes)
        WordBuffer.encode(prefix, token, into: &bytes)
        bytes.append(contentsOf: tail.bytes)
    }

    /// Adds a command about an inventory: `head`, its key, `tail`.
    mutating func append(
        _ head: WordBuffer, _ prefix: [UInt8], _ event: Span<UInt8>, _ category: Span<UInt8>, _ tail: WordBuffer
    ) {
        startCommand(of: head.count + 1 + tail.count)
        bytes.append(contentsOf: head.bytes)
        WordBuffer.encode(prefix, event, category, into: &bytes)
        bytes.append(contentsOf: tail.bytes)
    }

    mutating func append(_ words: WordBuffer) {
        startCommand(of: words.count)
        bytes.append(contentsOf: words.bytes)
    }

    /// Begins a command of several parts, of which more are appended.
    ///
    /// - Parameter words: how many it has in all.
    mutating func begin(_ head: WordBuffer, _ words: Int) {
        startCommand(of: words)
        bytes.append(contentsOf: head.bytes)
    }

    mutating func appendKey(_ prefix: [UInt8], _ token: Span<UInt8>) {
        WordBuffer.encode(prefix, token, into: &bytes)
    }

    mutating func appendKey(_ prefix: [UInt8], _ event: Span<UInt8>, _ category: Span<UInt8>) {
        WordBuffer.encode(prefix, event, category, into: &bytes)
    }

    mutating func append(word: [UInt8]) {
        WordBuffer.encode([], word.span, into: &bytes)
    }

    mutating func append(word number: Int64) {
        WordBuffer.encode(number, into: &bytes)
    }

    mutating func append(rest: WordBuffer) {
        bytes.append(contentsOf: rest.bytes)
    }

    private mutating func startCommand(of words: Int) {
        count += 1
        bytes.append(UInt8(ascii: "*"))
        WordBuffer.appendDigits(of: UInt64(words), to: &bytes)
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}
