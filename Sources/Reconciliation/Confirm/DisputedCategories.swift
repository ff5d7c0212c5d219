import HoldModel
import PostgresSource
import RedisStore
import Synchronization

/// Disputed categories: a hold or order names one in an event that does not have it in SQL, as where an organiser has
/// moved a category while its seats were held. Until that hold has ended, nothing that it names is deleted, and the
/// category is not put on sale in the event where SQL has it now.
///
/// A walk sees one page at a time, so what its looks have shown is kept here for the run. Disputes are few; if there
/// are more than can be kept, all categories count as disputed.
final class DisputedCategories: Sendable {
    /// The event and the hold or order that say that a category's seats are promised elsewhere.
    struct Claim: Sendable, Equatable {
        /// The event; `nil` where there were too many to keep.
        let event: EventID?
        let owner: String
    }

    private struct State {
        /// For each category, the events that do not have it, and what names it there.
        var claims: [CategoryID: [EventID: String]] = [:]
        var claimCount = 0
        /// Events that were refused: their holds may name categories in a way that nobody can read.
        var refused: Set<EventID> = []
        var isFull = false
    }

    /// How many claims, and how many events, are kept.
    static let room = 10_000

    private let room: Int
    private let state = Mutex(State())

    init(room: Int = DisputedCategories.room) {
        self.room = room
    }

    /// Notes what a look has shown.
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

    /// Notes that a category is named.
    ///
    /// - Parameters:
    ///   - owner: the hold or order that names it and is not over.
    ///   - event: the event of that hold or order.
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

    /// Notes the categories of orders' items that SQL has in another event. It needs no Redis: an emptied one shows none.
    func takeMisplacedItems(of source: PostgresSource) async throws {
        for item in try await source.misplacedItems(limit: room + 1) {
            take(item.category, named: "order \(item.order)", in: item.event)
        }
    }

    /// Returns why an inventory hash may not be deleted; `nil` where it may.
    ///
    /// - Parameter readings: the pairs of event and category that the key may stand for.
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

    /// Returns the claims of other events on the categories of an event.
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
