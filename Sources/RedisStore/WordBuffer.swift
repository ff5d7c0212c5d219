/// Words of a command, encoded as RESP bulk strings as they are added: pages are large, and a word is copied once.
struct WordBuffer: Sendable {
    private(set) var count = 0
    private(set) var bytes: [UInt8] = []

    init(_ words: StaticString...) {
        for word in words { append(word) }
    }

    mutating func append(_ word: [UInt8]) {
        startWord(of: word.count)
        bytes.append(contentsOf: word)
        Self.endLine(in: &bytes)
    }

    @_disfavoredOverload
    mutating func append(_ word: String) {
        startWord(of: word.utf8.count)
        bytes.append(contentsOf: word.utf8)
        Self.endLine(in: &bytes)
    }

    mutating func append(_ word: StaticString) {
        startWord(of: word.utf8CodeUnitCount)
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        Self.endLine(in: &bytes)
    }

    mutating func append(_ number: Int64) {
        count += 1
        Self.encode(number, into: &bytes)
    }

    /// One word of two parts.
    mutating func append(_ head: [UInt8], _ tail: [UInt8]) {
        append(head, tail.span)
    }

    mutating func append(_ head: [UInt8], _ tail: Span<UInt8>) {
        count += 1
        Self.encode(head, tail, into: &bytes)
    }

    /// The key of an inventory hash.
    mutating func append(_ prefix: [UInt8], _ event: Span<UInt8>, _ category: Span<UInt8>) {
        count += 1
        Self.encode(prefix, event, category, into: &bytes)
    }

    mutating func append(_ word: Span<UInt8>) {
        startWord(of: word.count)
        bytes.append(word)
        Self.endLine(in: &bytes)
    }

    mutating func append(_ other: WordBuffer) {
        count += other.count
        bytes.append(contentsOf: other.bytes)
    }

    /// Encodes a number behind what `bytes` has. Numbers are many, and a string for each would cost more than its digits.
    static func encode(_ number: Int64, into bytes: inout [UInt8]) {
        startWord(of: digitCount(of: number.magnitude) + (number < 0 ? 1 : 0), in: &bytes)
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        appendDigits(of: number.magnitude, to: &bytes)
        endLine(in: &bytes)
    }

    /// Encodes one word of two parts behind what `bytes` has.
    static func encode(_ head: [UInt8], _ tail: Span<UInt8>, into bytes: inout [UInt8]) {
        startWord(of: head.count + tail.count, in: &bytes)
        bytes.append(contentsOf: head)
        bytes.append(tail)
        endLine(in: &bytes)
    }

    /// Encodes the key of an inventory hash; see ``HoldModel/KeySpace``.
    static func encode(
        _ prefix: [UInt8], _ event: Span<UInt8>, _ category: Span<UInt8>, into bytes: inout [UInt8]
    ) {
        startWord(of: prefix.count + event.count + 1 + category.count, in: &bytes)
        bytes.append(contentsOf: prefix)
        bytes.append(event)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(category)
        endLine(in: &bytes)
    }

    private mutating func startWord(of length: Int) {
        count += 1
        Self.startWord(of: length, in: &bytes)
    }

    private static func startWord(of length: Int, in bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "$"))
        appendDigits(of: UInt64(length), to: &bytes)
        endLine(in: &bytes)
    }

    static func appendDigits(of number: UInt64, to bytes: inout [UInt8]) {
        if number >= 10 { appendDigits(of: number / 10, to: &bytes) }
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    private static func digitCount(of number: UInt64) -> Int {
        var (count, rest) = (1, number)
        while rest >= 10 { (count, rest) = (count + 1, rest / 10) }
        return count
    }

    private static func endLine(in bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }
}

extension [UInt8] {
    mutating func append(_ other: Span<UInt8>) {
        unsafe other.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
