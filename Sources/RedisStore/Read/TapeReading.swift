/// Reads replies of several tapes one after the other.
struct TapeReading {
    /// Where it stands; may be kept and returned to.
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

    /// The next reply as a value; `nil` behind the last.
    mutating func next() -> RedisReply? {
        guard let tape = current() else { return nil }
        return tapes[tape].reply(at: &place.part)
    }

    /// Reads the next replies where each is an array of ``width`` texts, some of which may be missing where that is said, and
    /// hands on where these are, with the number of the reply. All of them in one call: what `body` needs is held once.
    ///
    /// - Returns: whether all of them are that, and `body` has said so of each; else it stands at any of them.
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

    /// What the next reply is; `nil` behind the last.
    var nextKind: ReplyTape.Kind? {
        mutating get { current().map { tapes[$0].parts[place.part].kind } }
    }

    /// The words of the next reply, which is an error.
    mutating func nextError() -> String {
        next()?.error ?? ""
    }

    /// Goes to the first element of the next reply where it is an array of that many.
    ///
    /// - Returns: whether it is; else nothing was read.
    mutating func enterArray(of count: Int) -> Bool {
        guard let tape = current() else { return false }
        let part = tapes[tape].parts[place.part]
        guard part.kind == .array, part.count == count else { return false }
        place.part += 1
        return true
    }

    /// Passes over replies.
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

    /// The tape that has replies left.
    private mutating func current() -> Int? {
        while place.tape < tapes.count, place.part >= tapes[place.tape].parts.count {
            place = Place(tape: place.tape + 1, part: 0)
        }
        return place.tape < tapes.count ? place.tape : nil
    }
}
