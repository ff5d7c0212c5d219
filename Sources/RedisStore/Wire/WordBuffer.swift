import HoldModel

/// The words of a command, encoded as RESP bulk strings as they are added, so that each is copied only once.
struct WordBuffer: Sendable {
    private(set) var count = 0
    private(set) var bytes: [UInt8] = []

    init(_ words: StaticString...) {
        for word in words { append(word) }
    }

    mutating func append(_ word: [UInt8]) {
        append(word.span)
    }

    @_disfavoredOverload
    mutating func append(_ word: String) {
        append(Array(word.utf8))
    }

    mutating func append(_ word: StaticString) {
        append(atMost: word.utf8CodeUnitCount) { $0.appendWord(word) }
    }

    mutating func append(_ number: Int64) {
        append(atMost: 20) { $0.appendWord(number) }
    }

    /// Appends one word of two parts.
    mutating func append(_ head: [UInt8], _ tail: [UInt8]) {
        append(head, tail.span)
    }

    mutating func append(_ head: [UInt8], _ tail: Span<UInt8>) {
        append(atMost: head.count + tail.count) { $0.appendWord(head, tail) }
    }

    /// Appends the key of an inventory hash.
    mutating func append(_ prefix: [UInt8], _ event: Span<UInt8>, _ category: Span<UInt8>) {
        append(atMost: prefix.count + event.count + category.count + 1) { $0.appendWord(prefix, event, category) }
    }

    mutating func append(_ word: Span<UInt8>) {
        append(atMost: word.count) { $0.appendWord(word) }
    }

    mutating func append(_ other: WordBuffer) {
        count += other.count
        bytes.append(contentsOf: other.bytes)
    }

    /// The words, decoded again.
    var texts: [[UInt8]] {
        var texts: [[UInt8]] = []
        var rest = bytes[...]
        // Each is `$`, its length, CR LF, itself, CR LF.
        while let end = rest.firstIndex(of: UInt8(ascii: "\r")),
            let length = Int(String(decoding: rest[..<end].dropFirst(), as: UTF8.self))
        {
            texts.append(Array(rest[(end + 2)...].prefix(length)))
            rest = rest[end...].dropFirst(2 + length + 2)
        }
        return texts
    }

    /// - Parameter length: the greatest length of the word.
    private mutating func append(atMost length: Int, _ word: (inout OutputSpan<UInt8>) -> Void) {
        count += 1
        bytes.append(addingCapacity: length + respFrameLength, initializingWith: word)
    }
}
