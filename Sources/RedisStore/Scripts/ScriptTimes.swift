/// A histogram of how much of Redis' time writing scripts took, as Redis measured it.
package struct ScriptTimes: Sendable, Equatable {
    /// The upper bounds of the buckets, in seconds; one more bucket has what is above the last.
    package static let bounds = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.05]

    /// The number of calls in each bucket, not cumulative.
    package private(set) var counts = Array(repeating: 0, count: bounds.count + 1)
    package private(set) var total: Duration = .zero

    package init() {}

    package mutating func record(_ time: Duration) {
        let seconds = time / .seconds(1)
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        total += time
    }
}
