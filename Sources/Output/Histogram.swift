/// A histogram of times in seconds, with fixed buckets.
package struct Histogram: Sendable, Equatable {
    /// The upper bounds of the buckets; one more bucket has what is above the last.
    let bounds: [Double]
    /// The number in each bucket, not cumulative.
    private(set) var counts: [Int]
    private(set) var total = 0.0

    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    package mutating func record(_ seconds: Double) {
        counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
        total += seconds
    }

    /// Adds what was counted elsewhere in the same buckets.
    package mutating func add(counts others: [Int], total seconds: Double) {
        for (bucket, count) in zip(counts.indices, others) { counts[bucket] += count }
        total += seconds
    }
}
