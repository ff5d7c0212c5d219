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

    /// Reads the next reply where it is an array of that many texts, and hands on where these are.
    ///
    /// - Returns: what `body` answers; `nil`, and nothing was read, where the reply is anything else.
    mutating func texts<Value>(_ count: Int, _ body: (ReplyTape, Int) -> Value) -> Value? {
        guard let tape = current(), isArray(of: count, in: tapes[tape], where: { $0 == .string }) else { return nil }
        defer { place.part += count + 1 }
        return body(tapes[tape], place.part + 1)
    }

    /// The same for texts that may be missing.
    mutating func textsOrNulls<Value>(_ count: Int, _ body: (ReplyTape, Int) -> Value) -> Value? {
        guard let tape = current(),
            isArray(of: count, in: tapes[tape], where: { $0 == .string || $0 == .null })
        else { return nil }
        defer { place.part += count + 1 }
        return body(tapes[tape], place.part + 1)
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

    private func isArray(of count: Int, in tape: ReplyTape, where isFine: (ReplyTape.Kind) -> Bool) -> Bool {
        let first = tape.parts[place.part]
        guard first.kind == .array, first.count == count else { return false }
        for part in place.part + 1...place.part + count where !isFine(tape.parts[part].kind) { return false }
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
