/// A hash table of all tokens that a run knows, by their digests, in 17 bytes a slot, since there may be millions.
///
/// It consists of many small tables, each of which grows by itself: one large table would be in memory twice while it
/// grows.
struct TokenLedger: Sendable, Hashable {
    enum Standing: UInt8 {
        /// The token's event is known, or it is a stray.
        case placed = 1
        /// Redis has the token, and it waits for the walk over SQL's events to come to it.
        case awaited
        /// The walk over SQL's events has come to the token before the walk of the index has.
        case met
    }

    /// The position of a token, valid until the next one is added.
    struct Place {
        fileprivate let segment: Int
        fileprivate let slot: Int
    }

    private var segments = Array(repeating: Segment(), count: 256)
    /// How many tokens there are in each state.
    private(set) var placed = 0
    private(set) var awaited = 0
    private(set) var met = 0

    func place(of token: TokenDigest) -> Place? {
        let segment = token.segment
        return segments[segment].slot(of: token).map { Place(segment: segment, slot: $0) }
    }

    func standing(at place: Place) -> Standing? {
        Standing(rawValue: segments[place.segment].marks[place.slot])
    }

    /// Returns the score of an awaited token in the index, or the score that a met token must have.
    func score(at place: Place) -> MemberScore {
        MemberScore(rawValue: segments[place.segment].scores[place.slot])
    }

    mutating func set(_ standing: Standing, at place: Place) {
        count(Standing(rawValue: segments[place.segment].marks[place.slot]), -1)
        segments[place.segment].marks[place.slot] = standing.rawValue
        count(standing, 1)
    }

    /// Adds a token that is not there.
    mutating func add(_ token: TokenDigest, _ standing: Standing, _ score: MemberScore) {
        segments[token.segment].add(token, standing.rawValue, score.rawValue)
        count(standing, 1)
    }

    /// Removes all tokens in a state.
    mutating func removeAll(_ standing: Standing) {
        for segment in segments.indices { segments[segment].removeAll { $0 == standing.rawValue } }
        switch standing {
        case .placed: placed = 0
        case .awaited: awaited = 0
        case .met: met = 0
        }
    }

    mutating func remove(at place: Place) {
        count(standing(at: place), -1)
        segments[place.segment].remove(place.slot)
    }

    private mutating func count(_ standing: Standing?, _ change: Int) {
        switch standing {
        case .placed: placed += change
        case .awaited: awaited += change
        case .met: met += change
        case nil: break
        }
    }
}

/// One of the tables, with open addressing: where a slot is taken, the next one is tried.
private struct Segment: Sendable, Hashable {
    private static let free: UInt8 = 0
    private static let removed: UInt8 = 0xFF

    private var digests: [TokenDigest] = []
    /// The state of each slot's token, or that the slot is free or was removed.
    var marks: [UInt8] = []
    private(set) var scores: [UInt32] = []
    /// How many slots are not free, removed ones included.
    private var used = 0

    func slot(of token: TokenDigest) -> Int? {
        if marks.isEmpty { return nil }
        var slot = token.slot(of: marks.count)
        while marks[slot] != Self.free {
            if marks[slot] != Self.removed, digests[slot] == token { return slot }
            slot = slot + 1 == marks.count ? 0 : slot + 1
        }
        return nil
    }

    mutating func add(_ token: TokenDigest, _ mark: UInt8, _ score: UInt32) {
        if (used + 1) * 6 > marks.count * 5 { enlarge() }
        var slot = token.slot(of: marks.count)
        while marks[slot] != Self.free { slot = slot + 1 == marks.count ? 0 : slot + 1 }
        (digests[slot], marks[slot], scores[slot]) = (token, mark, score)
        used += 1
    }

    mutating func remove(_ slot: Int) {
        marks[slot] = Self.removed
    }

    mutating func removeAll(where isIt: (UInt8) -> Bool) {
        for slot in marks.indices where marks[slot] != Self.free && isIt(marks[slot]) { remove(slot) }
    }

    /// Grows the table, and leaves removed slots behind.
    private mutating func enlarge() {
        var next = Segment()
        let size = max(marks.count * 4 / 3, 16)
        next.digests = Array(repeating: .none, count: size)
        next.marks = Array(repeating: Self.free, count: size)
        next.scores = Array(repeating: 0, count: size)
        for slot in marks.indices where marks[slot] != Self.free && marks[slot] != Self.removed {
            next.add(digests[slot], marks[slot], scores[slot])
        }
        self = next
    }
}
