import Synchronization

/// The result of transactions over several lanes.
struct TransactionRun: Sendable {
    /// The outcomes of those that were sent, in any order, by the places of what each writes.
    var outcomes: [(places: Range<Int>, outcome: TransactionOutcome)] = []
    /// What ended the run before the last.
    var failure: (any Error)?

    /// Takes out the places of transactions that did nothing.
    fileprivate mutating func takeRefused() -> [Range<Int>] {
        var refused: [Range<Int>] = []
        outcomes.removeAll { places, outcome in
            guard case .refused = outcome else { return false }
            refused.append(places)
            return true
        }
        return refused
    }
}

extension TransactionLanes {
    /// How often a transaction is tried: the renewal of the lease changes a key that it watches.
    private static let tries = 3

    /// Runs transactions over some lanes at once, until one fails. One that was refused is tried again. If the user may not run
    /// them, the others are not sent, and get the same outcome.
    ///
    /// - Parameters:
    ///   - count: of the things that they write.
    ///   - part: those of one transaction, by the first of them.
    ///   - make: makes that transaction.
    ///   - observe: is told what each took of Redis' time.
    nonisolated func run(
        _ lanes: Int, owner: [UInt8], of count: Int,
        part: @escaping @Sendable (Int) -> Range<Int>,
        make: @escaping @Sendable (Range<Int>) -> FencedTransaction,
        observe: @escaping @Sendable (Range<Int>, Duration) -> Void
    ) async -> TransactionRun {
        var whole = await run(lanes, owner, Course(count, part: part), make, observe)
        for _ in 1..<Self.tries where whole.failure == nil {
            let refused = whole.takeRefused()
            if refused.isEmpty { break }
            let again = Course(refused.count, part: { $0..<$0 + 1 }, places: { refused[$0.lowerBound] })
            let run = await run(lanes, owner, again, make, observe)
            whole.outcomes += run.outcomes
            whole.failure = run.failure
        }
        return whole
    }

    private nonisolated func run(
        _ lanes: Int, _ owner: [UInt8], _ course: Course, _ make: @escaping @Sendable (Range<Int>) -> FencedTransaction,
        _ observe: @escaping @Sendable (Range<Int>, Duration) -> Void
    ) async -> TransactionRun {
        await withTaskGroup(of: TransactionRun.self) { group in
            for _ in 0..<lanes {
                group.addTask {
                    var run = TransactionRun()
                    do {
                        try await self.run(owner: owner) {
                            course.next().map { ($0, make($0)) }
                        } take: { places, outcome in
                            run.outcomes.append((places, outcome))
                            switch outcome {
                            case .done(let took, _, _): observe(places, took)
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
            var whole = TransactionRun()
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
    private let part: @Sendable (Int) -> Range<Int>
    private let places: @Sendable (Range<Int>) -> Range<Int>
    private let place = Mutex((next: 0, hasEnded: false))

    /// - Parameters:
    ///   - part: what one transaction takes, by the first of it.
    ///   - places: the places that this stands for.
    init(
        _ count: Int, part: @escaping @Sendable (Int) -> Range<Int>,
        places: @escaping @Sendable (Range<Int>) -> Range<Int> = { $0 }
    ) {
        (self.count, self.part, self.places) = (count, part, places)
    }

    /// What comes next; `nil` where nothing does.
    func next() -> Range<Int>? {
        place.withLock { place in
            if place.hasEnded || place.next >= count { return nil }
            let range = part(place.next)
            place.next = range.upperBound
            return places(range)
        }
    }

    func end() {
        place.withLock { $0.hasEnded = true }
    }

    var hasEnded: Bool { place.withLock { $0.hasEnded } }
}
