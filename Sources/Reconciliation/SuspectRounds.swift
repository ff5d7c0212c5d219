import HoldModel
import PostgresSource
import RedisStore

/// Looks at suspects again, together, until each has an outcome or the bounds are reached.
///
/// A difference seen once is a suspicion: Redis and SQL were read at different moments, and a hold that the program does
/// not know makes `pending` look too high. With traffic live only a *stable look* is a finding: survey, index scan,
/// snapshot, survey, and the same counts in both surveys (design section 4, step 5).
struct SuspectRounds: Sendable {
    /// Suspects that share one index scan; bounds the memory of their looks.
    private static let together = 2000

    let settlement: EventSettlement
    let taker: CensusTaker

    private var settings: RunSettings { settlement.settings }

    func settle(_ suspects: [Suspect], _ census: inout Census) async throws -> RunTally {
        var tally = RunTally(maxFindings: settings.maxFindings)
        if suspects.isEmpty { return tally }
        if !settings.deep {
            // Seats must not be called leaked while a hold that the index has lost may account for them.
            try await taker.extend(&census, keyspace: true)
        }
        for start in stride(from: 0, to: suspects.count, by: Self.together) {
            let end = min(start + Self.together, suspects.count)
            try await settleTogether(Array(suspects[start..<end]), &census, &tally)
        }
        return tally
    }

    private func settleTogether(_ suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally) async throws {
        var open = suspects
        let attempts = max(settings.attempts, 1)
        for attempt in 1...attempts {
            let (stable, moving) = try await look(&open, &census, &tally)
            let isLast = attempt == attempts
            var again = try await settlement.settle(stable, isLast: isLast, &tally)
            if isLast { settlement.deferMoving(moving, &tally) }
            again.formUnion(moving.map(\.plan.event))
            open.removeAll { !again.contains($0.event) }
            if open.isEmpty || isLast { return }
            try await Task.sleep(for: settings.pause * Double.random(in: 0.5...1.5))
        }
    }

    /// - Returns: the looks that may be concluded from, and those at events that did not stand still.
    private func look(
        _ open: inout [Suspect], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> (stable: [EventLook], moving: [EventLook]) {
        let before = settings.traffic == .live ? try await settlement.looker.inventory(of: open.map(\.event)) : [:]
        if settings.traffic == .live { try await taker.extend(&census, keyspace: false) }
        for position in open.indices {
            open[position].tokens += census.takeNew(of: open[position].event, besides: open[position].tokens)
        }
        let page = try await settlement.looker.look(at: open.map(\.event), tokens: open.map(\.tokens))
        tally.record(page.clock)
        guard settings.traffic == .live else { return (page.events, []) }
        var (stable, moving): ([EventLook], [EventLook]) = ([], [])
        for look in page.events {
            if before[look.plan.event] == look.survey.inventory { stable.append(look) } else { moving.append(look) }
        }
        return (stable, moving)
    }
}
