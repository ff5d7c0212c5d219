import Synchronization

/// The result of transactions over several lanes.
struct TransactionRun<Note: Sendable>: Sendable {
    /// The outcomes of those that were sent, in any order.
    var outcomes: [(note: Note, outcome: TransactionOutcome)] = []
    /// What ended the run before the last.
    var failure: (any Error)?
}

extension TransactionLanes {
    /// Runs transactions over some lanes at once, until one fails. If the user may not run them, the others are not
    /// sent, and get the same outcome.
    ///
    /// - Parameters:
    ///   - count: of the things that they write.
    ///   - part: those of one transaction, by the first of them.
    ///   - make: makes that transaction.
    ///   - observe: is told what each took of Redis' time.
    nonisolated func run<Note: Sendable>(
        _ lanes: Int, owner: [UInt8], of count: Int,
        part: @escaping @Sendable (Int) -> Range<Int>,
        make: @escaping @Sendable (Range<Int>) -> TransactionLane.Item<Note>,
        observe: @escaping @Sendable (Note, Duration) -> Void
    ) async -> TransactionRun<Note> {
        let course = Course(count)
        return await withTaskGroup(of: TransactionRun<Note>.self) { group in
            for _ in 0..<lanes {
                group.addTask {
                    var run = TransactionRun<Note>()
                    do {
                        try await self.run(owner: owner) {
                            course.next(part).map(make)
                        } take: { note, outcome in
                            run.outcomes.append((note, outcome))
                            switch outcome {
                            case .done(let took, _, _): observe(note, took)
                            case .refused: break
                            case .forbidden:
                                await self.forbid()
                                course.end()
                            case .failed(let failure):
                                run.failure = failure.cause
                                course.end()
                            }
                            return !course.hasEnded
                        }
                    } catch {
                        run.failure = error
                        course.end()
                    }
                    return run
                }
            }
            var whole = TransactionRun<Note>()
            for await run in group {
                whole.outcomes += run.outcomes
                whole.failure = whole.failure ?? run.failure
            }
            return whole
        }
    }
}

/// The common progress of the lanes.
private final class Course: Sendable {
    private let count: Int
    private let place = Mutex((next: 0, hasEnded: false))

    init(_ count: Int) {
        self.count = count
    }

    /// What comes next; `nil` where nothing does.
    func next(_ part: (Int) -> Range<Int>) -> Range<Int>? {
        place.withLock { place in
            if place.hasEnded || place.next >= count { return nil }
            let range = part(place.next)
            place.next = range.upperBound
            return range
        }
    }

    func end() {
        place.withLock { $0.hasEnded = true }
    }

    var hasEnded: Bool { place.withLock { $0.hasEnded } }
}
