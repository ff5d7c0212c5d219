import Synchronization

/// How many keys one script may touch, so that it takes Redis no longer than its budget (design section 6.6).
///
/// Machines differ, and so do events; the size follows what calls of this run took, as Redis measured it.
package final class ScriptBudget: Sendable {
    /// Keys that a slice has at the least, where there are so many.
    static let leastKeys = 20

    private let bounds: ClosedRange<Int>
    private let budget: Duration
    private let costOfKey: Mutex<Double>
    private let seen = Mutex(ScriptTimes())

    /// - Parameter budget: how long one script may take.
    package convenience init(_ budget: Duration) {
        self.init(budget, firstCost: 0.000_01, bounds: Self.leastKeys...1000)
    }

    /// For scripts that only look, whose keys cost half as much; more of them than this at once are no faster.
    package static func looking(_ budget: Duration) -> ScriptBudget {
        ScriptBudget(budget, firstCost: 0.000_01, bounds: leastKeys...150)
    }

    /// - Parameter firstCost: what a slow machine took for a key, in seconds, to start from.
    private init(_ budget: Duration, firstCost: Double, bounds: ClosedRange<Int>) {
        self.budget = budget
        self.bounds = bounds
        costOfKey = Mutex(firstCost)
    }

    /// Slices of one size, whatever they take.
    package init(keys: Int) {
        budget = .seconds(1)
        bounds = keys...keys
        costOfKey = Mutex(1)
    }

    /// Another of the same size, for calls whose keys cost differently.
    var another: ScriptBudget { ScriptBudget(budget, firstCost: 0.000_01, bounds: bounds) }

    /// Keys for the next slice, and for small plans that share a script or a transaction.
    var keys: Int {
        // A quarter of it, since calls differ and others want the processor too: of a thousand calls one may exceed it.
        keys(of: 0.25)
    }

    /// Keys of the largest plan that still goes whole. Half of it: slices are several scripts with less in each, cost more
    /// for every key, and so would never let a plan that is a little too large be small again.
    var keysOfWholePlan: Int {
        keys(of: 0.5)
    }

    private func keys(of share: Double) -> Int {
        let fitting = (budget / .seconds(1)) * share / costOfKey.withLock { $0 }
        return Int(min(max(fitting, Double(bounds.lowerBound)), Double(bounds.upperBound)))
    }

    /// What all calls took.
    var times: ScriptTimes {
        seen.withLock { $0 }
    }

    /// Takes note of what a call took of Redis' time.
    func observe(keys: Int, took: Duration) {
        seen.withLock { $0.record(took) }
        // A few keys say more of the call itself than of what a key costs; and a server whose clock stands still while
        // a script runs says nothing.
        guard keys >= 20, took > .zero else { return }
        let cost = took / .seconds(1) / Double(keys)
        costOfKey.withLock { known in
            // One call far out of line may be the machine's doing, so it counts for little; a server that has become slow
            // shows in the next few as well.
            known = known * 0.9 + min(cost, known * 4) * 0.1
        }
    }
}
