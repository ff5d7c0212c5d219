/// Limits of a server's replies. No server is trusted: beyond a limit the connection is closed, before memory runs out.
struct ReplyLimits: Sendable, Hashable {
    /// Bytes of all texts in the replies to one batch.
    let bytes: Int
    /// Parts of these replies: texts, numbers, arrays and missing values.
    let parts: Int
    /// Bytes of a line: a status, an error, a number, or a length.
    let line: Int

    /// The limits until the login is answered: with a word or two, or the reason of a refusal.
    static let beforeLogin = ReplyLimits(bytes: 16 << 10, parts: 64, line: 16 << 10)
    /// The limits after the login. A batch reads at most 250 hashes, or one step of a walk, so they are far more than
    /// it needs.
    static let afterLogin = ReplyLimits(bytes: 64 << 20, parts: 2 << 20, line: 2 << 20)
}

/// Counts replies as they are read: what has come, and what was too much.
struct ReplyIntake {
    var tape = ReplyTape()
    var limits: ReplyLimits
    /// What was too much, in words for an error; nothing more is taken in then.
    private(set) var excess: String?

    init(_ limits: ReplyLimits) {
        self.limits = limits
    }

    /// Whether there is room for a part with so many bytes of text or so many elements.
    mutating func takes(bytes: Int = 0, elements: Int = 0) -> Bool {
        if elements >= limits.parts - tape.parts.count {
            refuse("more than \(limits.parts) values")
        } else if bytes > limits.bytes - tape.bytes.count {
            refuse("texts of more than \(limits.bytes) bytes")
        }
        return excess == nil
    }

    /// Checks a part that is not complete yet.
    ///
    /// - Parameters:
    ///   - length: how many bytes of it have come.
    ///   - text: the length that was announced for a text; `nil` for a line.
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
