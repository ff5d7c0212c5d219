/// How much of a server's replies is taken in. Whatever answers is not trusted: beyond a bound the connection is lost, before
/// memory is.
struct ReplyLimits: Sendable, Hashable {
    /// Bytes of all texts in the replies to what was sent at once.
    let bytes: Int
    /// Parts of these replies: texts, numbers, arrays and what is missing.
    let parts: Int
    /// Bytes of a line: a status, an error, a number, or a length.
    let line: Int

    /// Until the login has been answered: a word or two, or the reason why not.
    static let beforeLogin = ReplyLimits(bytes: 16 << 10, parts: 64, line: 16 << 10)
    /// Far more than a platform has: what is sent at once asks for 250 hashes at the most, or for one step of a walk.
    static let afterLogin = ReplyLimits(bytes: 64 << 20, parts: 2 << 20, line: 2 << 20)
}

/// Replies as they are taken in: what has come, and what was too much.
struct ReplyIntake {
    var tape = ReplyTape()
    var limits: ReplyLimits
    /// What was too much, in words for an error; nothing more is taken in then.
    private(set) var excess: String?

    init(_ limits: ReplyLimits) {
        self.limits = limits
    }

    /// Whether a part has room, with so many bytes of text and so many elements behind it.
    mutating func takes(bytes: Int = 0, elements: Int = 0) -> Bool {
        if elements >= limits.parts - tape.parts.count {
            refuse("more than \(limits.parts) values")
        } else if bytes > limits.bytes - tape.bytes.count {
            refuse("texts of more than \(limits.bytes) bytes")
        }
        return excess == nil
    }

    /// Looks at what waits for its end.
    ///
    /// - Parameters:
    ///   - length: bytes of it that have come.
    ///   - text: the length that was announced, where it is a text; a line otherwise.
    mutating func look(atUnfinished length: Int, text: Int?) {
        if let text {
            _ = takes(bytes: text)
        } else if length > limits.line {
            refuse("a line of more than \(limits.line) bytes")
        }
    }

    private mutating func refuse(_ what: String) {
        excess = excess ?? what
    }
}
