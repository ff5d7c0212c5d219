import HoldModel

/// The room, in bytes, for what RESP puts around a word, or before the words of a command.
let respFrameLength = 32

/// Appends commands as RESP: how many words, then each with its length.
extension OutputSpan<UInt8> {
    /// Begins a command of that many words.
    mutating func beginCommand(_ words: Int) {
        append(UInt8(ascii: "*"))
        append(decimal: UInt64(words))
        append("\r\n")
    }

    mutating func appendWord(_ word: Span<UInt8>) {
        beginWord(of: word.count)
        append(word)
        append("\r\n")
    }

    mutating func appendWord(_ word: StaticString) {
        beginWord(of: word.utf8CodeUnitCount)
        append(word)
        append("\r\n")
    }

    /// Appends a number as a word, without a string in between: there are many numbers.
    mutating func appendWord(_ number: Int64) {
        beginWord(of: decimalDigitCount(of: number.magnitude) + (number < 0 ? 1 : 0))
        append(decimal: number)
        append("\r\n")
    }

    /// Appends one word of two parts.
    mutating func appendWord(_ head: [UInt8], _ tail: Span<UInt8>) {
        beginWord(of: head.count + tail.count)
        append(head)
        append(tail)
        append("\r\n")
    }

    /// Appends the key of an inventory hash as a word; see ``HoldModel/KeySpace``.
    mutating func appendWord(_ prefix: [UInt8], _ event: Span<UInt8>, _ category: Span<UInt8>) {
        beginWord(of: prefix.count + event.count + 1 + category.count)
        append(prefix)
        append(event)
        append(UInt8(ascii: ":"))
        append(category)
        append("\r\n")
    }

    private mutating func beginWord(of length: Int) {
        append(UInt8(ascii: "$"))
        append(decimal: UInt64(length))
        append("\r\n")
    }
}
