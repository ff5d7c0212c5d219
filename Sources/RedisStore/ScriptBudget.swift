import Synchronization

/// How many keys one writing script may touch, so that it takes Redis no longer than its budget (design section 6.6).
///
/// Machines differ, and so do events; the size follows what calls of this run took, as Redis measured it.
package final class ScriptBudget: Sendable {
    private let bounds: ClosedRange<Int>
    private let budget: Duration
    private let costOfKey: Mutex<Double>

    /// - Parameter budget: how long one script may take.
    package init(_ budget: Duration) {
        self.budget = budget
        bounds = 20...1000
        // To start from: what a slow machine took for a hold that is written whole, in seconds.
        costOfKey = Mutex(0.000_02)
    }

    /// Slices of one size, whatever they take.
    package init(keys: Int) {
        budget = .seconds(1)
        bounds = keys...keys
        costOfKey = Mutex(1)
    }

    /// Keys for the next slice.
    var keys: Int {
        // Half of it, since calls differ: nearly all shall keep the budget, not one in two.
        let fitting = 0.5 * (budget / .seconds(1)) / costOfKey.withLock { $0 }
        return Int(min(max(fitting, Double(bounds.lowerBound)), Double(bounds.upperBound)))
    }

    /// Takes note of what a call took of Redis' time.
    func observe(keys: Int, took: Duration) {
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
