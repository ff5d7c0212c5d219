package import HoldModel
package import RedisStore

/// The refill of a page: which step comes next, and which of its events are written then (design section 4, "An emptied
/// Redis").
///
/// It is a value like ``StableLook``: ``PageCreation`` drives a page, the explorer of the tests an event, step by step.
/// The steps of one event are those of `CreationProgress`, or of `PlanSlices` where it is large.
package struct Refill: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        /// Add the index members of all holds: they keep no seat and put none on sale, so they need not wait.
        case members
        /// Walk the keyspace a second time; see ``Emptiness``.
        case keyspace
        /// Find the categories that other events' holds and orders name.
        case disputes
        /// Read the rows again, where anything was committed since.
        case rows
        /// Write inventories, then holds.
        case events
        /// Look once more at what was written.
        case verification
        /// Settle the other events by their plans.
        case plans
    }

    package struct Rules: Sendable, Hashable {
        package var steps: [Step] = [.members, .keyspace, .disputes, .rows, .events, .verification, .plans]
        /// Whether the platform may be selling meanwhile.
        package var isLive = true
        /// How many looks may conclude nothing.
        package var attempts = 6

        package init() {}
    }

    /// What becomes of an event.
    package enum Fate: Sendable, Hashable {
        case written
        /// It needs looks of its own.
        case again
        /// Redis has changed, and it is not looked at again.
        case moved
        /// An error came.
        case interrupted
    }

    private var taken = 0
    /// The second walk of the keyspace, which has met nothing.
    package private(set) var walk: KeyspaceWalk?
    /// Whether Redis is not empty any more: nothing more is written.
    package private(set) var isGivenUp = false
    /// The indices of events that are not settled yet.
    package private(set) var left: Set<Int>
    /// Those of them whose rows alone say what to write.
    package private(set) var writable: Set<Int> = []

    package init(events: Range<Int>) {
        left = Set(events)
    }

    /// Returns the next step; `nil` at the end.
    package func next(_ rules: Rules) -> Step? {
        isGivenUp ? nil : rules.steps.dropFirst(taken).first { $0 != .keyspace || rules.isLive }
    }

    package mutating func take(_ step: Step, _ rules: Rules) {
        if let place = rules.steps.firstIndex(of: step) { taken = place + 1 }
    }

    /// Notes that the second walk has ended.
    ///
    /// - Parameter walk: `nil` where it has found something.
    package mutating func take(_ walk: KeyspaceWalk?) {
        self.walk = walk
        isGivenUp = walk == nil
    }

    /// Takes the latest rows.
    ///
    /// - Parameters:
    ///   - creations: what the first rows say.
    ///   - latest: what the latest rows say; `nil` where these are the first.
    ///   - disputed: events whose categories others name. These are settled by their plans, which are refused.
    /// - Returns: those that need looks of their own, since the latest rows do not say the same any more.
    package mutating func take(
        _ creations: [EventCreation], of table: SnapshotTable,
        latest: (creations: [EventCreation], table: SnapshotTable)?, _ rules: Rules,
        disputed: (Int) -> Bool = { _ in false }
    ) -> [Int] {
        var doubtful: [Int] = []
        let said = Dictionary(
            latest?.creations.map { ($0.event, $0) } ?? [], uniquingKeysWith: { first, _ in first })
        for creation in creations {
            if let latest, said[creation.event]?.isSame(in: latest.table, as: creation, in: table) != true {
                doubtful.append(creation.event)
                left.remove(creation.event)
            } else if !rules.isLive || walk != nil, !disputed(creation.event) {
                writable.insert(creation.event)
            }
        }
        return doubtful
    }

    /// Notes the outcome of an event.
    ///
    /// - Returns: `nil` where nothing was written, so that a plan must say what to do.
    package mutating func take(_ outcome: ApplyOutcome, of event: Int, _ rules: Rules) -> Fate? {
        if outcome == .interrupted() { return nil }
        left.remove(event)
        switch outcome {
        case .applied: return .written
        case .moved where !rules.isLive && rules.attempts <= 1: return .moved
        case .moved, .cut: return .again
        case .interrupted: return .interrupted
        }
    }

    /// Returns the fate of an event that is not as it was written. With traffic live others may have changed it, or
    /// Redis has lost some of it; with traffic stopped nobody else may have.
    package func fateOfLost(_ rules: Rules) -> Fate {
        rules.isLive ? .again : .moved
    }
}
