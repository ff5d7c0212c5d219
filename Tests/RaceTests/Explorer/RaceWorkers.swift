import Synchronization

/// Searches on several Redis servers at once.
enum RaceWorkers {
    /// Most of a search is waiting for the other side.
    private static let count = 4

    private final class Numbers: Sendable {
        private let next = Mutex(0)

        func take() -> Int {
            next.withLock { number in
                defer { number += 1 }
                return number
            }
        }
    }

    /// Lets workers take jobs, numbered from 0 on, until `body` says that there are no more.
    ///
    /// - Parameter body: takes a worker's bench and the job's number, and says whether to go on.
    static func run(_ body: @escaping @Sendable (Bench, Int) async throws -> Bool) async throws {
        let numbers = Numbers()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await Bench.with { bench in
                        while try await body(bench, numbers.take()) {}
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
