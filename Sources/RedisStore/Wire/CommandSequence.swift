import HoldModel

/// Plain commands that are sent together, encoded as they are added. They are hundreds of one shape, so the part that
/// they share is encoded once.
package struct CommandSequence: Sendable {
    /// How many commands one write has, so that Redis serves others in between, and the bytes in flight stay bounded.
    static let greatestCount = 250

    private(set) var count = 0
    private(set) var bytes: [UInt8] = []

    mutating func reserve(_ room: Int) {
        bytes.reserveCapacity(room)
    }

    var isFull: Bool { count >= Self.greatestCount }

    /// Adds a command about a hold: `head`, its key, `tail`.
    mutating func append(_ head: WordBuffer, _ prefix: [UInt8], _ token: Span<UInt8>, _ tail: WordBuffer) {
        let length = head.bytes.count + prefix.count + token.count + tail.bytes.count
        append(words: head.count + 1 + tail.count, of: length) { command in
            command.append(head.bytes)
            command.appendWord(prefix, token)
            command.append(tail.bytes)
        }
    }

    /// Adds a command about an inventory: `head`, its key, `tail`.
    mutating func append(
        _ head: WordBuffer, _ prefix: [UInt8], _ event: Span<UInt8>, _ category: Span<UInt8>, _ tail: WordBuffer
    ) {
        let length = head.bytes.count + prefix.count + event.count + category.count + tail.bytes.count
        append(words: head.count + 1 + tail.count, of: length) { command in
            command.append(head.bytes)
            command.appendWord(prefix, event, category)
            command.append(tail.bytes)
        }
    }

    mutating func append(_ words: WordBuffer) {
        append(words: words.count, of: words.bytes.count) { $0.append(words.bytes) }
    }

    /// Adds a command.
    ///
    /// - Parameters:
    ///   - words: how many words it has.
    ///   - length: the bytes of words that may be long; numbers and names of up to 20 bytes need not be counted.
    ///   - body: appends the words, as RESP.
    mutating func append(words: Int, of length: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
        count += 1
        bytes.append(addingCapacity: length + (words + 1) * respFrameLength) { command in
            command.beginCommand(words)
            body(&command)
        }
    }
}
