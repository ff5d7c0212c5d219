import HoldModel
import Synchronization

/// What is left of a run's ``RunLimits``; all of its pages draw on it.
///
/// The first change that is beyond a limit ends the run: nothing is written after it.
final class ChangeAllowance: Sendable {
    private struct State {
        var seats: Int64 = 0
        /// How many of an event's plans may have been written: what takes seats off sale goes before the rest.
        var events: [EventID: Int] = [:]
        /// Why nothing more may be written.
        var objection: String?
    }

    private let limits: RunLimits
    private let stop: StopRequest?
    private let state = Mutex(State())

    /// - Parameter stop: ends the run; `nil` for one that writes nothing.
    init(_ limits: RunLimits, stop: StopRequest?) {
        self.limits = limits
        self.stop = stop
    }

    /// Why the first change that is beyond a limit may not be written; `nil` while there is none.
    var objection: String? { state.withLock { $0.objection } }

    /// Whether a plan may be written; where it may not, the run is told to end.
    func admits(_ plan: EventPlan) -> Bool {
        if plan.holds.isEmpty, plan.counts.isEmpty { return true }
        return admits(plan.event) { plan.counts.map { ($0.category, $0.raise, $0.counts.total) } }
    }

    /// Whether increments of an event's counts may be written.
    func admits(_ shifts: [CountShift], of snapshot: EventSnapshot) -> Bool {
        admits(snapshot.event) {
            let totals = Dictionary(
                snapshot.categories.map { ($0.id, $0.total) }, uniquingKeysWith: { first, _ in first })
            return shifts.map { ($0.category, $0.available, totals[$0.category] ?? 0) }
        }
    }

    /// Gives back what a plan has taken of which nothing was written.
    func giveBack(_ plan: EventPlan) {
        state.withLock { state in
            for change in plan.counts { state.seats -= min(Int64(clamping: change.raise.magnitude), state.seats) }
            guard let plans = state.events[plan.event] else { return }
            state.events[plan.event] = plans > 1 ? plans - 1 : nil
        }
    }

    /// Whether anything is limited.
    var isLimited: Bool { limits.seats != nil || limits.percent != nil || limits.events != nil }

    /// Whether an event may be written of which Redis has nothing.
    func admits(_ creation: EventCreation, of table: SnapshotTable) -> Bool {
        let row = table.events[creation.event]
        return admits(table.identifier(row.id)) {
            zip(row.categories, creation.counts).map { place, counts in
                (table.identifier(table.categories[place].id), counts.available, counts.total)
            }
        }
    }

    /// - Parameter changes: of each category the seats that go on sale, negative where they go off it, and all that it has.
    private func admits(
        _ event: EventID, _ changes: () -> [(category: CategoryID, raise: Int64, total: Int64)]
    ) -> Bool {
        guard isLimited else { return true }
        let changes = changes()
        return state.withLock { state in
            if state.objection != nil { return false }
            state.objection = objection(to: event, changes, state)
            if let objection = state.objection {
                stop?.stop(because: objection)
                return false
            }
            state.seats = changes.reduce(state.seats) { $0.addingSaturated($1.raise) }
            state.events[event, default: 0] += 1
            return true
        }
    }

    private func objection(
        to event: EventID, _ changes: [(category: CategoryID, raise: Int64, total: Int64)], _ state: State
    ) -> String? {
        if let most = limits.events, state.events[event] == nil, state.events.count >= most {
            return "--max-events is reached: event \(event) would be one more than \(most)"
        }
        let seats = changes.reduce(state.seats) { $0.addingSaturated($1.raise) }
        if let most = limits.seats, seats > most {
            return "--max-seats is reached: event \(event) would make it \(seats) seats put on sale or taken off it"
        }
        guard let most = limits.percent else { return nil }
        let beyond = changes.first { Double($0.raise.magnitude) * 100 > most * Double($0.total.magnitude) }
        return beyond.map { change in
            "--max-percent is reached: category \(change.category) of event \(event) would have "
                + "\(change.raise.magnitude) of its \(change.total) seats put on sale or taken off it"
        }
    }
}

extension Int64 {
    /// The sum with another's magnitude, the greatest number where it does not fit.
    fileprivate func addingSaturated(_ other: Int64) -> Int64 {
        let magnitude = Int64(clamping: other.magnitude)
        let (sum, overflow) = addingReportingOverflow(magnitude)
        return overflow ? .max : sum
    }
}
