import HoldModel
import PostgresSource
import RedisStore

/// Looks at suspects again, together, until each has an outcome or the bounds are reached.
///
/// A difference seen once is a suspicion: Redis and SQL were read at different moments, and a hold that the program does
/// not know makes `pending` look too high. With traffic live only a *stable look* is a finding: survey, index scan,
/// snapshot, survey, and the same counts in both surveys (design section 4, step 5). What puts seats on sale needs two
/// of them, some time apart; an event that never stands still gets hot looks.
struct SuspectRounds: Sendable {
    /// Suspects that share one index scan; bounds the memory of their looks.
    private static let together = 2000

    let settlement: EventSettlement
    let taker: CensusTaker
    let hot: HotLooker
    let watch: ServerWatch
    let progress: ProgressSink

    private var settings: RunSettings { settlement.settings }

    func settle(_ suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally) async throws {
        if suspects.isEmpty { return }
        if !settings.deep {
            // Seats must not be called leaked while a hold that the index has lost may account for them.
            try await taker.extend(&census, keyspace: true)
        }
        var open = suspects
        while !open.isEmpty {
            if let cause = settings.stop.cause {
                settlement.leave(open, because: cause, &tally)
                tally.stoppedBecause = cause
                return
            }
            try await waitUntilDue(open)
            try await watch.admit()
            try await lookAtAll(&open, &census, &tally)
            progress(RunProgress(phase: .suspects, done: suspects.count - open.count, total: suspects.count))
        }
    }

    private func waitUntilDue(_ open: [Suspect]) async throws {
        guard let due = open.map(\.due).min() else { return }
        // A stop request must not wait for a pause to end.
        while ContinuousClock.now < due, settings.stop.cause == nil {
            try await Task.sleep(until: min(due, ContinuousClock.now + .milliseconds(100)))
        }
    }

    private func lookAtAll(_ open: inout [Suspect], _ census: inout Census, _ tally: inout RunTally) async throws {
        let now = ContinuousClock.now
        var left: [Suspect] = []
        var hotOnes: [Suspect] = []
        var due: [Suspect] = []
        for suspect in open {
            if suspect.due > now {
                left.append(suspect)
            } else if settings.traffic == .live && suspect.failedLooks >= settings.attempts {
                hotOnes.append(suspect)
            } else {
                due.append(suspect)
            }
        }
        for start in stride(from: 0, to: due.count, by: Self.together) {
            let end = min(start + Self.together, due.count)
            if settings.stop.cause != nil {
                left += due[start...]
                break
            }
            left += try await lookTogether(Array(due[start..<end]), &census, &tally)
        }
        left += try await hot.look(at: hotOnes, &census, &tally)
        open = left
    }

    /// - Returns: the suspects that are still open.
    private func lookTogether(
        _ suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        var suspects = suspects
        let events = suspects.map(\.event)
        let isLive = settings.traffic == .live
        let before = isLive ? try await settlement.looker.inventory(of: events) : [:]
        if isLive { try await taker.extend(&census, keyspace: suspects.contains(where: \.needsKeyspace)) }
        for position in suspects.indices {
            suspects[position].tokens += census.takeNew(of: events[position], besides: suspects[position].tokens)
        }
        let page = try await settlement.looker.look(at: events, tokens: suspects.map(\.tokens))
        tally.record(page.clock)

        var stable: [Suspect] = []
        var looks: [EventLook] = []
        var open: [Suspect] = []
        for (suspect, look) in zip(suspects, page.events) {
            if !isLive || before[suspect.event] == look.survey.inventory {
                stable.append(suspect)
                looks.append(look)
            } else {
                open.append(pausing(suspect))
            }
        }
        open += try await settlement.settle(stable, looks, &tally).map {
            $0.mustPause ? pausing($0.suspect) : $0.suspect
        }
        return open
    }

    private func pausing(_ suspect: Suspect) -> Suspect {
        var suspect = suspect
        suspect.failedLooks += 1
        suspect.due = .now + settings.pause * Double.random(in: 0.5...1.5)
        return suspect
    }
}
