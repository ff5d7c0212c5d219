/// How long each acquire of a phase took, in milliseconds.
struct Latencies {
    private let sorted: [Double]
    /// How long the phase was.
    let seconds: Double

    init(_ all: [Duration], in time: Duration) {
        sorted = all.map { $0 / .milliseconds(1) }.sorted()
        seconds = time / .seconds(1)
    }

    /// Two phases as one.
    init(_ first: Latencies, _ second: Latencies) {
        sorted = (first.sorted + second.sorted).sorted()
        seconds = first.seconds + second.seconds
    }

    var count: Int { sorted.count }
    var median: Double { at(0.5) }
    var ninetyNinth: Double { at(0.99) }
    var greatest: Double { sorted.last ?? .nan }

    private func at(_ share: Double) -> Double {
        sorted.isEmpty ? .nan : sorted[min(Int(Double(sorted.count) * share), sorted.count - 1)]
    }
}
