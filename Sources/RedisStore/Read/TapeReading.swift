/// Reads replies of several tapes one after the other.
struct TapeReading {
    /// A position, which may be kept and returned to.
    struct Place {
        fileprivate var tape = 0
        fileprivate var part = 0
    }

    private let tapes: [ReplyTape]
    private(set) var place = Place()

    init(_ tapes: [ReplyTape]) {
        self.tapes = tapes
    }

    mutating func go(to place: Place) {
        self.place = place
    }

    /// Reads the next reply as a value; `nil` after the last.
    mutating func next() -> RedisReply? {
        guard let tape = current() else { return nil }
        return tapes[tape].reply(at: &place.part)
    }

    /// Reads the next replies, each an array of `width` texts, of which some may be missing if the caller allows it. It
    /// calls `body` with the number of each reply and the position of its texts. All replies take one call of this
    /// function, so that what `body` needs is retained once.
    ///
    /// - Returns: whether all are such arrays, and `body` has returned `true` for each; else the position is at any of them.
    mutating func all(
        _ count: Int, areTexts width: Int, orNulls: Bool = false, where body: (ReplyTape, Int, Int) -> Bool
    ) -> Bool {
        var number = 0
        while number < count {
            guard let place = current() else { return false }
            let tape = tapes[place]
            var part = self.place.part
            while number < count, part < tape.parts.count {
                guard Self.isArray(of: width, in: tape, at: part, orNulls), body(tape, part + 1, number) else {
                    return false
                }
                part += width + 1
                number += 1
            }
            self.place.part = part
        }
        return true
    }

    /// The kind of the next reply; `nil` after the last.
    var nextKind: ReplyTape.Kind? {
        mutating get { current().map { tapes[$0].parts[place.part].kind } }
    }

    /// Reads the words of the next reply, which must be an error.
    mutating func nextError() -> String {
        next()?.error ?? ""
    }

    /// Enters the next reply if it is an array of `count` elements.
    ///
    /// - Returns: whether it is; else nothing was read.
    mutating func enterArray(of count: Int) -> Bool {
        guard let tape = current() else { return false }
        let part = tapes[tape].parts[place.part]
        guard part.kind == .array, part.count == count else { return false }
        place.part += 1
        return true
    }

    /// Skips replies.
    mutating func skip(_ count: Int) {
        for _ in 0..<count {
            guard let tape = current() else { return }
            var left = 1
            while left > 0 {
                left += Int(tapes[tape].parts[place.part].elements) - 1
                place.part += 1
            }
        }
    }

    private static func isArray(of count: Int, in tape: ReplyTape, at start: Int, _ orNulls: Bool) -> Bool {
        let first = tape.parts[start]
        guard first.kind == .array, first.count == count else { return false }
        for part in start + 1...start + count {
            let kind = tape.parts[part].kind
            if kind != .string, !orNulls || kind != .null { return false }
        }
        return true
    }

    /// Returns the index of the tape with the next reply.
    private mutating func current() -> Int? {
        while place.tape < tapes.count, place.part >= tapes[place.tape].parts.count {
            place = Place(tape: place.tape + 1, part: 0)
        }
        return place.tape < tapes.count ? place.tape : nil
    }
}
