import HoldModel

/// Reads the replies of the survey script. Categories and tokens come back in the order of the request, the categories
/// of a call before its tokens. So two queues are enough to give each event its own.
struct SurveyReading {
    private(set) var inventory: [InventoryState] = []
    private var holds: [HoldSurvey] = []

    /// - Returns: how long the script took; `nil` where the reply does not have the shape that the script's header says.
    mutating func take(_ reply: RedisReply, categories: Int, holds tokens: [HoldToken]) -> Duration? {
        guard let words = reply.array, words.count == 1 + categories * 6 + tokens.count * 7,
            let took = words[0].integer
        else { return nil }
        var at = 1
        for _ in 0..<categories {
            inventory.append(Self.inventory(words[at..<(at + 6)]))
            at += 6
        }
        for token in tokens {
            holds.append(Self.hold(token, words[at..<(at + 7)]))
            at += 7
        }
        return .microseconds(took)
    }

    func surveys(for requests: [SurveyRequest]) -> [EventSurvey] {
        var (category, hold) = (0, 0)
        return requests.map { request in
            defer {
                category += request.categories.count
                hold += request.tokens.count
            }
            return EventSurvey(
                inventory: Array(inventory[category..<(category + request.categories.count)]),
                holds: Array(holds[hold..<(hold + request.tokens.count)]))
        }
    }

    private static func inventory(_ words: ArraySlice<RedisReply>) -> InventoryState {
        switch words.first?.integer {
        case 0: .absent
        case 1: InventoryState(fields: words.dropFirst())
        default: .otherType
        }
    }

    private static func hold(_ token: HoldToken, _ words: ArraySlice<RedisReply>) -> HoldSurvey {
        let score = IndexScore(words[words.startIndex + 6])
        switch words.first?.integer {
        case 0: return HoldSurvey(absent: token, score: score)
        case 1: return HoldSurvey(token, fields: words.dropFirst().dropLast(), score: score)
        default: return HoldSurvey(token: token, state: .foreign("no hash"), fence: .otherType, score: score)
        }
    }
}

extension InventoryState {
    /// Makes the state of a hash from its fields, in this order: total, sold, pending, available, version.
    init(fields words: ArraySlice<RedisReply>) {
        let at = words.startIndex
        self = .hash(
            InventoryFields(
                total: words[at].bytes, sold: words[at + 1].bytes, pending: words[at + 2].bytes,
                available: words[at + 3].bytes, version: words[at + 4].bytes))
    }
}

extension HoldSurvey {
    init(absent token: HoldToken, score: IndexScore) {
        self.init(token: token, state: .absent, fence: .absent, score: score)
    }

    /// Makes the survey of a hash from its fields, in this order: status, expiresAtEpoch, entries, and where they were
    /// asked for, expiresAt and metadata.
    init(_ token: HoldToken, fields words: ArraySlice<RedisReply>, score: IndexScore) {
        func field(_ place: Int) -> [UInt8]? { place < words.count ? words[words.startIndex + place].bytes : nil }
        let (status, epoch, instant) = (field(0), field(1), field(3))
        let state = HoldState(status: status, expiresAtEpoch: epoch, entries: field(2), expiresAt: instant)
        let remains =
            state.isWhole ? nil : HoldRemains(expiresAtEpoch: epoch, expiresAt: instant, metadata: field(4))
        self.init(
            token: token, state: state, fence: .hash(status: status, expiresAtEpoch: epoch), score: score,
            remains: remains)
    }
}

extension IndexScore {
    /// Makes the score from the reply of a command.
    init(_ reply: RedisReply) {
        self = reply.bytes.map { .score($0) } ?? .noMember
    }
}
