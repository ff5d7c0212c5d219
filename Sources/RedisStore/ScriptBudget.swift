import Synchronization

/// How many keys one writing script may touch, so that it takes Redis no longer than its budget (design section 6.6).
///
/// Machines differ, and so do events; the size follows what calls of this run took, less the way there and back.
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
        let fitting = budget / .seconds(1) / costOfKey.withLock { $0 }
        return Int(min(max(fitting, Double(bounds.lowerBound)), Double(bounds.upperBound)))
    }

    /// Takes note of a call that was sent alone.
    ///
    /// - Parameters:
    ///   - elapsed: from sending to reply.
    ///   - way: what a call that does nothing took just before.
    func observe(keys: Int, elapsed: Duration, way: Duration) {
        guard keys > 0 else { return }
        let cost = max((elapsed - way) / .seconds(1), 0) / Double(keys)
        costOfKey.withLock { known in
            // Slower counts at once, faster only over time: a script too long cannot be taken back.
            known = max(cost > known ? cost : known * 0.8 + cost * 0.2, 0.000_000_1)
        }
    }
}
