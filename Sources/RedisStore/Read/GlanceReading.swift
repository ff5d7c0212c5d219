import HoldModel

/// The score that a token's index member must have.
package enum GlancedScore: Sendable, Hashable {
    case seconds(Int64)
    /// The token must have no member: its order is over, and it has no hash.
    case noMember
}

/// Reads the replies to the commands of ``GlancePacking``, in their order.
struct GlanceReading {
    /// The error of a reply that a glance cannot use.
    enum Unreadable: Error {
        /// The server does not know a command, or the user may not run it.
        case refused(String)
        case unexpected
    }

    /// The keys of one event, as its replies show them.
    struct Event {
        var inventory: [InventoryState] = []
        var holds: [HoldSurvey] = []
        /// Holds that may belong to another event as well.
        var strangers: [HoldToken] = []
        /// Keys without any of the fields: they are absent, or hashes with other fields.
        var bare: [[UInt8]] = []
        /// Whether a key is no hash, so that only a survey can say more.
        var isDoubtful = false
    }

    private let keys: KeySpace
    private let scope: GlanceScope
    private var replies: TapeReading
    /// For each order of an event that agrees, the score that its index member must have.
    private(set) var scores: [GlancedScore] = []
    /// The event's seats in `pending` that no order explains. Carts may explain them, where they are read afterwards.
    private(set) var unexplained = UnexplainedSeats()

    init(_ replies: [ReplyTape], keys: KeySpace, scope: GlanceScope = .itself) {
        self.init(TapeReading(replies), keys: keys, scope: scope)
    }

    /// Continues from the position of another reading.
    init(_ replies: TapeReading, keys: KeySpace, scope: GlanceScope = .itself) {
        self.keys = keys
        self.scope = scope
        self.replies = replies
    }

    private static let wanted = GlancePacking.holdFields

    /// The position at which the next event's replies begin.
    var place: TapeReading.Place { replies.place }

    mutating func go(to place: TapeReading.Place) {
        replies.go(to: place)
    }

    /// Reads an event that was read by its rows.
    ///
    /// - Returns: whether Redis shows what the rows say, without index members; ``scores`` says what these must be. If not, or if
    ///   that cannot be decided here, the position stays where it was.
    mutating func agrees(
        with event: Int, of table: SnapshotTable, _ agreement: inout EventAgreement
    ) -> Bool {
        let place = replies.place
        let agrees = holdsAgree(event, table, &agreement) && countsAgree(event, table, agreement)
        if !agrees { replies.go(to: place) }
        return agrees
    }

    private mutating func holdsAgree(
        _ event: Int, _ table: SnapshotTable, _ agreement: inout EventAgreement
    ) -> Bool {
        agreement.begin(event, of: table)
        let (row, scope) = (table.events[event], scope)
        var scores: [GlancedScore] = []
        scores.reserveCapacity(row.orders.count)
        let agree = replies.all(row.orders.count, areTexts: Self.wanted, orNulls: true) { tape, at, number in
            guard
                let score = Self.score(
                    tape, at, of: row.orders.lowerBound + number, row, table, scope, &agreement)
            else { return false }
            scores.append(score)
            return true
        }
        self.scores = scores
        return agree && (scope == .besideIndex || scoresAgree())
    }

    /// - Parameter at: the offset of the values of a hold.
    /// - Returns: the score that its index member must have; `nil` where that cannot be decided here.
    private static func score(
        _ tape: borrowing ReplyTape, _ at: Int, of order: Int, _ row: SnapshotTable.Event,
        _ table: borrowing SnapshotTable, _ scope: GlanceScope, _ agreement: inout EventAgreement
    ) -> GlancedScore? {
        let (status, expiry, entries) = (tape.parts[at], tape.parts[at + 1], tape.parts[at + 2])
        guard status.kind == .string, expiry.kind == .string, entries.kind == .string else {
            let isBare =
                scope == .besideIndex && (at..<at + wanted).allSatisfy { tape.parts[$0].kind == .null }
            return isBare && agreement.isOver(order, of: table) ? .noMember : nil
        }
        let bytes = tape.bytes.span
        return agreement.take(
            order, of: table, status: bytes.extracting(status.range),
            expiresAtEpoch: bytes.extracting(expiry.range), entries: bytes.extracting(entries.range)
        ).map { .seconds($0) }
    }

    private mutating func scoresAgree() -> Bool {
        for start in stride(from: 0, to: scores.count, by: GlancePacking.wordsAtOnce) {
            let expected = scores[start..<min(start + GlancePacking.wordsAtOnce, scores.count)]
            let areThere = replies.all(1, areTexts: expected.count, orNulls: true) { tape, at, _ in
                for (offset, score) in expected.enumerated() {
                    let part = tape.parts[at + offset]
                    guard case .seconds(let seconds) = score, part.kind == .string,
                        decimalInteger(tape.bytes.span.extracting(part.range)) == seconds
                    else { return false }
                }
                return true
            }
            guard areThere else { return false }
        }
        return true
    }

    private mutating func countsAgree(_ event: Int, _ table: SnapshotTable, _ agreement: EventAgreement) -> Bool {
        var unexplained = UnexplainedSeats()
        let (categories, scope) = (table.events[event].categories, scope)
        let agree = replies.all(categories.count, areTexts: 5) { tape, at, place in
            let bytes = tape.bytes.span
            guard
                let (seats, version) = agreement.unexplained(
                    inCategory: place, of: table,
                    total: bytes.extracting(tape.parts[at].range), sold: bytes.extracting(tape.parts[at + 1].range),
                    pending: bytes.extracting(tape.parts[at + 2].range),
                    available: bytes.extracting(tape.parts[at + 3].range),
                    version: bytes.extracting(tape.parts[at + 4].range))
            else { return false }
            if seats == 0 { return true }
            let id = table.categories[categories.lowerBound + place].id.range
            unexplained.add(seats, inCategory: place, id: table.bytes.span.extracting(id), at: version)
            return scope == .besideIndex
        }
        self.unexplained = unexplained
        return agree
    }

    /// Reads an event.
    ///
    /// - Parameter scores: the scores of its tokens, where they were read separately.
    mutating func next(_ request: SurveyRequest, scores: [IndexScore]? = nil) throws(Unreadable) -> Event {
        var event = Event()
        var fields: [[RedisReply]] = []
        fields.reserveCapacity(request.tokens.count)
        for _ in request.tokens { fields.append(try values(Self.wanted, &event)) }
        let scores = if let scores { scores } else { try self.scores(request.tokens.count, &event.isDoubtful) }
        event.holds.reserveCapacity(request.tokens.count)
        for position in request.tokens.indices {
            let (token, score) = (request.tokens[position], scores[position])
            if Self.areMissing(fields[position]) {
                event.bare.append(keys.hold(token))
                event.holds.append(HoldSurvey(absent: token, score: score))
            } else {
                let hold = HoldSurvey(token, fields: fields[position][...], score: score)
                event.holds.append(hold)
                if scope == .besideIndex, Self.mayBeAnothers(hold, request.event) {
                    event.strangers.append(token)
                }
            }
        }
        for category in request.categories {
            let words = try values(5, &event)
            if Self.areMissing(words) {
                event.bare.append(keys.inventory(request.event, category))
                event.inventory.append(.absent)
            } else {
                event.inventory.append(InventoryState(fields: words[...]))
            }
        }
        return event
    }

    /// Skips an event.
    mutating func skip(_ request: SurveyRequest) {
        let batches = (request.tokens.count + GlancePacking.wordsAtOnce - 1) / GlancePacking.wordsAtOnce
        replies.skip(request.tokens.count + request.categories.count + (scope == .itself ? batches : 0))
    }

    /// Reads the scores of members.
    ///
    /// - Parameter isDoubtful: set where the index is no sorted set.
    mutating func scores(_ count: Int, _ isDoubtful: inout Bool) throws(Unreadable) -> [IndexScore] {
        var event = Event()
        var scores: [IndexScore] = []
        scores.reserveCapacity(count)
        for start in stride(from: 0, to: count, by: GlancePacking.wordsAtOnce) {
            scores += try values(min(GlancePacking.wordsAtOnce, count - start), &event).map { IndexScore($0) }
        }
        if event.isDoubtful { isDoubtful = true }
        return scores
    }

    /// Reads whether none of the keys exists.
    mutating func areAbsent(_ keys: [[UInt8]]) throws(Unreadable) -> Bool {
        try existing(keys) == 0
    }

    /// Reads how many of the keys exist.
    mutating func existing(_ keys: [[UInt8]]) throws(Unreadable) -> Int {
        var found: Int64 = 0
        for _ in stride(from: 0, to: keys.count, by: GlancePacking.wordsAtOnce) {
            guard case .integer(let count) = try nextReply() else { throw .unexpected }
            found += count
        }
        return Int(found)
    }

    private static func mayBeAnothers(_ hold: HoldSurvey, _ event: EventID) -> Bool {
        // The event of an ended hold is not read.
        guard case .whole(let whole) = hold.state else { return true }
        return whole.event != event
    }

    private static func areMissing(_ words: [RedisReply]) -> Bool {
        words.allSatisfy { if case .null = $0 { true } else { false } }
    }

    /// Reads the values of the next reply; a key that is no hash has none.
    private mutating func values(_ count: Int, _ event: inout Event) throws(Unreadable) -> [RedisReply] {
        switch try nextReply() {
        case .array(let values) where values.count == count: return values
        case .error(let message) where message.hasPrefix("WRONGTYPE"):
            event.isDoubtful = true
            return Array(repeating: .null, count: count)
        default: throw .unexpected
        }
    }

    private mutating func nextReply() throws(Unreadable) -> RedisReply {
        guard let reply = replies.next() else { throw .unexpected }
        if case .error(let message) = reply, !message.hasPrefix("WRONGTYPE") { throw .refused(message) }
        return reply
    }
}
