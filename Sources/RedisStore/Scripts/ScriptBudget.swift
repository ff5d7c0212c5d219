import Synchronization

/// Decides how many keys one script may touch, so that it takes Redis no longer than its budget (design section 6.6).
///
/// Machines differ, and so do events. So the number follows how long calls of this run took, as Redis measured it.
package final class ScriptBudget: Sendable {
    /// The least number of keys of a slice, where there are so many.
    static let leastKeys = 20

    private let bounds: ClosedRange<Int>
    private let budget: Duration
    private let costOfKey: Mutex<Double>
    private let seen = Mutex(ScriptTimes())

    /// - Parameter budget: how long one script may take.
    package convenience init(_ budget: Duration) {
        self.init(budget, firstCost: 0.000_01, bounds: Self.leastKeys...1000)
    }

    /// Makes a budget for scripts that only look, whose keys cost half as much. More keys at once than this are no
    /// faster.
    package static func looking(_ budget: Duration) -> ScriptBudget {
        ScriptBudget(budget, firstCost: 0.000_01, bounds: leastKeys...150)
    }

    /// - Parameter firstCost: the time for a key, in seconds, to start from, measured on a slow machine.
    private init(_ budget: Duration, firstCost: Double, bounds: ClosedRange<Int>) {
        self.budget = budget
        self.bounds = bounds
        costOfKey = Mutex(firstCost)
    }

    /// Makes slices of one size, however long they take.
    package init(keys: Int) {
        budget = .seconds(1)
        bounds = keys...keys
        costOfKey = Mutex(1)
    }

    /// Another budget of the same length, for calls whose keys have another cost.
    var another: ScriptBudget { ScriptBudget(budget, firstCost: 0.000_01, bounds: bounds) }

    /// How many keys the next slice may have, and small plans that share a script or a transaction.
    var keys: Int {
        // A quarter of the budget, since calls differ and others need the processor too: one of a thousand calls may
        // exceed it.
        keys(of: 0.25)
    }

    /// How many keys the largest plan may have that is written whole: half of the budget. Slices cost more for every
    /// key. With a lower bound, a plan that is a little too large would be sliced, raise the cost of a key, and so go
    /// on being sliced.
    var keysOfWholePlan: Int {
        keys(of: 0.5)
    }

    private func keys(of share: Double) -> Int {
        let fitting = (budget / .seconds(1)) * share / costOfKey.withLock { $0 }
        return Int(min(max(fitting, Double(bounds.lowerBound)), Double(bounds.upperBound)))
    }

    /// How long all calls took.
    var times: ScriptTimes {
        seen.withLock { $0 }
    }

    /// Notes how much of Redis' time a call took.
    func observe(keys: Int, took: Duration) {
        seen.withLock { $0.record(took) }
        // A call of a few keys shows the cost of the call more than that of a key. Some servers' clocks stand still
        // during a script; then its time says nothing.
        guard keys >= 20, took > .zero else { return }
        let cost = took / .seconds(1) / Double(keys)
        costOfKey.withLock { known in
            // A single slow call may be due to the machine, so it counts for little. A server that has become slow
            // shows in the next few calls as well.
            known = known * 0.9 + min(cost, known * 4) * 0.1
        }
    }
}
