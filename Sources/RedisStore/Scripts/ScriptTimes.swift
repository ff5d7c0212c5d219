/// How long writing scripts took of Redis' own time, as Redis measured it: a histogram, so that it does not grow.
package struct ScriptTimes: Sendable, Equatable {
    /// Upper bounds of the buckets, in seconds; one more bucket takes what is above the last.
    package static let bounds = [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.05]

    /// Calls by bucket, not summed up.
    package private(set) var counts = Array(repeating: 0, count: bounds.count + 1)
    package private(set) var total: Duration = .zero

    package init() {}

    package mutating func record(_ time: Duration) {
        let seconds = time / .seconds(1)
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        total += time
    }
}
