import HoldModel
import PostgresSource
import RedisStore
import Synchronization

/// Categories whose seats are promised in an event that, by SQL, does not have them, as where an organiser has moved one while
/// its seats were held. Until such a hold has ended nothing is deleted that it names, and the category is not put on sale
/// where SQL has it now.
///
/// A walk sees one page at a time; what its looks have shown is kept here for the run. There are few of them, and where there
/// are more than can be kept, all are disputed.
final class DisputedCategories: Sendable {
    /// Who says that a category's seats are promised elsewhere.
    struct Claim: Sendable, Equatable {
        /// `nil` where there were too many to keep.
        let event: EventID?
        let owner: String
    }

    private struct State {
        /// For each category the events that do not have it, and what names it there.
        var claims: [CategoryID: [EventID: String]] = [:]
        var claimCount = 0
        /// Events that were refused: what their holds name may be unreadable.
        var refused: Set<EventID> = []
        var isFull = false
    }

    /// Claims, and events, that are kept.
    static let room = 10_000

    private let room: Int
    private let state = Mutex(State())

    init(room: Int = DisputedCategories.room) {
        self.room = room
    }

    /// Takes note of what a look has shown.
    func take(_ plan: EventPlan) {
        switch plan.standing {
        case .refused, .sqlBehind: break
        case .agrees, .differs, .unclear: return
        }
        state.withLock { state in
            state.refused.insert(plan.event)
            if state.refused.count > room { state.isFull = true }
        }
        for missing in plan.missing { take(missing.category, named: missing.owner, in: plan.event) }
    }

    /// - Parameters:
    ///   - owner: a hold or an order that is not over.
    ///   - event: the owner's.
    func take(_ category: CategoryID, named owner: String, in event: EventID) {
        state.withLock { state in
            if state.isFull || state.claims[category]?[event] != nil { return }
            state.claimCount += 1
            guard state.claimCount <= room else {
                state.isFull = true
                return
            }
            state.claims[category, default: [:]][event] = owner
        }
    }

    /// Takes what orders say by themselves, as where Redis has lost all that could say it.
    func takeMisplacedItems(of source: PostgresSource) async throws {
        for item in try await source.misplacedItems(limit: room + 1) {
            take(item.category, named: "order \(item.order)", in: item.event)
        }
    }

    /// Why an inventory hash may not be deleted; `nil` where nothing speaks against it.
    ///
    /// - Parameter readings: what the hash's key may stand for.
    func objection(to readings: [(event: EventID, category: CategoryID)]) -> String? {
        state.withLock { state in
            for reading in readings {
                if let owner = state.claims[reading.category]?[reading.event] {
                    return "\(owner) names it, and is not over"
                }
                if state.refused.contains(reading.event) { return "event \(reading.event) was refused" }
            }
            return state.isFull ? "too many events were refused to tell whether their holds name it" : nil
        }
    }

    /// The claims of other events on the categories of an event.
    func claims(on categories: some Sequence<CategoryID>, of event: EventID) -> [CategoryID: Claim] {
        state.withLock { state in
            if state.claims.isEmpty && !state.isFull { return [:] }
            var found: [CategoryID: Claim] = [:]
            for category in categories {
                let others = state.claims[category]?.filter { $0.key != event }
                if let (other, owner) = others?.min(by: { $0.key < $1.key }) {
                    found[category] = Claim(event: other, owner: owner)
                } else if state.isFull {
                    found[category] = Claim(event: nil, owner: "more of them than this run can keep")
                }
            }
            return found
        }
    }
}
