import HoldModel

/// Reads the replies of the survey script. Categories and tokens come back in the order asked, categories of a call
/// before its tokens, so two queues are enough to give each event its own.
struct SurveyReading {
    private(set) var inventory: [InventoryState] = []
    private var holds: [HoldSurvey] = []

    /// - Returns: whether the reply has the shape that the script's header promises.
    mutating func take(_ reply: RedisReply, categories: Int, holds tokens: [HoldToken]) -> Bool {
        guard let words = reply.array, words.count == categories * 6 + tokens.count * 5 else { return false }
        var at = 0
        for _ in 0..<categories {
            inventory.append(Self.inventory(words[at..<(at + 6)]))
            at += 6
        }
        for token in tokens {
            holds.append(Self.hold(token, words[at..<(at + 5)]))
            at += 5
        }
        return true
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
        let at = words.startIndex
        switch words[at].integer {
        case 0: return .absent
        case 1:
            return .hash(
                InventoryFields(
                    total: words[at + 1].bytes, sold: words[at + 2].bytes, pending: words[at + 3].bytes,
                    available: words[at + 4].bytes, version: words[at + 5].bytes))
        default: return .otherType
        }
    }

    private static func hold(_ token: HoldToken, _ words: ArraySlice<RedisReply>) -> HoldSurvey {
        let at = words.startIndex
        let (status, expiry, entries) = (words[at + 1].bytes, words[at + 2].bytes, words[at + 3].bytes)
        let score = words[at + 4].bytes.map { IndexScore.score($0) } ?? .noMember
        switch words[at].integer {
        case 0:
            return HoldSurvey(token: token, state: .absent, fence: .absent, score: score)
        case 1:
            return HoldSurvey(
                token: token, state: HoldState(status: status, expiresAtEpoch: expiry, entries: entries),
                fence: .hash(status: status, expiresAtEpoch: expiry), score: score)
        default:
            return HoldSurvey(
                token: token, state: .malformed("the key is not a hash"), fence: .otherType, score: score)
        }
    }
}
