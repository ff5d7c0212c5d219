import HoldModel

/// Reads the replies to what ``GlancePacking`` asks, in its order.
struct GlanceReading {
    /// A reply that a glance cannot be made of.
    enum Unreadable: Error {
        /// The server does not know a command, or the user may not run it.
        case refused(String)
        case unexpected
    }

    /// What one event's replies tell.
    struct Event {
        var inventory: [InventoryState] = []
        var holds: [HoldSurvey] = []
        /// Holds that a glance has not shown to be of no other event.
        var strangers: [HoldToken] = []
        /// Keys that showed no field: they are absent, or hashes of other fields.
        var bare: [[UInt8]] = []
        /// Whether a key is of another type, so that only a survey can tell more.
        var isDoubtful = false
    }

    private let keys: KeySpace
    private let scope: GlanceScope
    private var replies: ArraySlice<RedisReply>

    init(_ replies: [[RedisReply]], keys: KeySpace, scope: GlanceScope = .itself) {
        self.keys = keys
        self.scope = scope
        self.replies = Array(replies.joined())[...]
    }

    mutating func next(_ request: SurveyRequest) throws(Unreadable) -> Event {
        var event = Event()
        var fields: [[RedisReply]] = []
        fields.reserveCapacity(request.tokens.count)
        let wanted = scope == .itself ? 3 : 4
        for _ in request.tokens { fields.append(try values(wanted, &event)) }
        var scores: [RedisReply] = []
        for start in stride(from: 0, to: request.tokens.count, by: GlancePacking.wordsAtOnce) {
            let count = min(GlancePacking.wordsAtOnce, request.tokens.count - start)
            scores += try values(count, &event)
        }
        event.holds.reserveCapacity(request.tokens.count)
        for position in request.tokens.indices {
            let (token, score) = (request.tokens[position], IndexScore(scores[position]))
            if Self.areMissing(fields[position]) {
                event.bare.append(keys.hold(token))
                event.holds.append(HoldSurvey(absent: token, score: score))
            } else {
                let hold = HoldSurvey(token, fields: fields[position][...], score: score)
                event.holds.append(hold)
                if scope == .otherEvents, Self.mayBeAnothers(hold, fields[position], request.event) {
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

    /// Whether none of the keys is there.
    mutating func areAbsent(_ keys: [[UInt8]]) throws(Unreadable) -> Bool {
        var found: Int64 = 0
        for _ in stride(from: 0, to: keys.count, by: GlancePacking.wordsAtOnce) {
            guard case .integer(let count) = try nextReply() else { throw .unexpected }
            found += count
        }
        return found == 0
    }

    private static func mayBeAnothers(_ hold: HoldSurvey, _ words: [RedisReply], _ event: EventID) -> Bool {
        // Of a hold that has ended the event is not read.
        guard case .whole(let whole) = hold.state, whole.event == event else { return true }
        return words[3].bytes.map { HoldPlace.isAnother(namedIn: $0, than: event) } ?? false
    }

    private static func areMissing(_ words: [RedisReply]) -> Bool {
        words.allSatisfy { if case .null = $0 { true } else { false } }
    }

    /// The values of the next reply; a key of another type shows none.
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
        guard let reply = replies.popFirst() else { throw .unexpected }
        if case .error(let message) = reply, !message.hasPrefix("WRONGTYPE") { throw .refused(message) }
        return reply
    }
}
