import Synchronization
import TestPlatform

/// The faults that the traffic is to make, shared by its clients.
final class FaultQueue: Sendable {
    private let waiting: Mutex<[Fault]>

    init(_ counts: [Fault: Int], shuffledBy random: inout some RandomNumberGenerator) {
        let faults = counts.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { Array(repeating: $0, count: $1) }
        waiting = Mutex(faults.shuffled(using: &random))
    }

    /// The next fault to make, if there is one left.
    func next() -> Fault? {
        waiting.withLock { $0.popLast() }
    }
}
