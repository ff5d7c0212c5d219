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
    /// Suspects that share one walk of the index, between their two surveys. A walk costs Redis as much for few of them as
    /// for many; but the longer the two surveys lie apart, the fewer events stand still in between.
    private static let together = 100...8000

    var settlement: EventSettlement
    let taker: CensusTaker
    var hot: HotLooker
    let witness: CheckoutWitness
    let watch: ServerWatch
    let replay: ReplayWait
    let progress: ProgressSink

    private var settings: RunSettings { settlement.settings }

    func settle(_ suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally) async throws {
        if suspects.isEmpty { return }
        if !settings.deep {
            // Seats must not be called leaked while a hold that the index has lost may account for them.
            try await taker.extend(&census, keyspace: true)
        }
        var rounds = self
        var open = suspects
        var together = 2000
        while !open.isEmpty {
            if let cause = settings.stop.cause {
                settlement.leave(open, because: cause, &tally)
                tally.stoppedBecause = cause
                return
            }
            do {
                try await waitUntilDue(open)
                try await watch.admit()
                try await rounds.readEvidence(for: open, &tally)
                try await rounds.lookAtAll(&open, &together, &census, &tally)
            } catch let error where settings.stop.hasCut(error) {
                // What was held up until it was cancelled is left like what was not begun.
                continue
            }
            progress(RunProgress(phase: .suspects, done: suspects.count - open.count, total: suspects.count))
        }
    }

    /// Reads the third witness anew: a message may have come, or a person may have replayed one.
    private mutating func readEvidence(for open: [Suspect], _ tally: inout RunTally) async throws {
        var policy = settlement.looker.policy
        let isWanted = policy.checkouts.hasAnswers || open.contains(where: \.needsAnswers)
        let notes = try await isWanted ? witness.readAll(into: &policy) : witness.readLists(into: &policy)
        for note in notes where !tally.warnings.contains(note) { tally.warnings.append(note) }
        settlement.looker.policy = policy
        hot.settlement.looker.policy = policy
    }

    private func waitUntilDue(_ open: [Suspect]) async throws {
        guard let due = open.map(\.due).min() else { return }
        try await settings.stop.sleep(until: due)
    }

    private func lookAtAll(
        _ open: inout [Suspect], _ together: inout Int, _ census: inout Census, _ tally: inout RunTally
    ) async throws {
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
        // What has no outcome yet, also where an error ends this.
        defer { open = left + due + hotOnes }
        while !due.isEmpty {
            if settings.stop.cause != nil { return }
            let group = Array(due.prefix(together))
            let (open, moving) = try await lookTogether(group, &census, &tally)
            due.removeFirst(group.count)
            left += open
            if moving * 10 <= group.count { together = min(together * 2, Self.together.upperBound) }
            if moving * 2 > group.count { together = max(together / 2, Self.together.lowerBound) }
        }
        if settings.readsStandby {
            // Its snapshots cannot be had at the instant of a look.
            for suspect in hotOnes { leave(suspect, "never stood still, and SQL is a hot standby", &tally) }
            hotOnes = []
        }
        let looked = try await hot.look(at: hotOnes, &census, &tally)
        hotOnes = []
        left += looked
    }

    /// - Returns: the suspects that are still open, and how many did not stand still.
    private func lookTogether(
        _ suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> (open: [Suspect], moving: Int) {
        var suspects = suspects
        let isLive = settings.traffic == .live
        let before = isLive ? try await settlement.looker.inventory(of: suspects.map(\.event)) : [:]
        // Where traffic was said to be stopped, an event that moved shows that it was not: holds may have come.
        if isLive || suspects.contains(where: { !$0.waitsForOthers }) {
            try await taker.extend(&census, keyspace: !isLive || suspects.contains(where: \.needsKeyspace))
        }
        for position in suspects.indices { suspects[position].waitsForOthers = false }
        for position in suspects.indices {
            suspects[position].tokens += census.takeNew(
                of: suspects[position].event, besides: suspects[position].tokens)
        }
        if let reason = try await replay.reach() {
            for suspect in suspects { leave(suspect, reason, &tally) }
            return ([], 0)
        }
        var open: [Suspect] = []
        var moving = 0
        // A page at a time from here on, which bounds the memory of the looks.
        for start in stride(from: 0, to: suspects.count, by: settings.pageSize) {
            let page = Array(suspects[start..<min(start + settings.pageSize, suspects.count)])
            if settings.stop.cause != nil {
                open += page
                continue
            }
            do {
                let left = try await secondSurvey(page, isLive ? before : nil, &tally)
                open += left.open
                moving += left.moving
            } catch let error where settings.stop.hasCut(error) {
                open += page
            }
        }
        return (open, moving)
    }

    /// Looks at a page of suspects that were surveyed before, and settles those that stood still.
    ///
    /// - Parameter before: the first survey; `nil` where nothing moves.
    private func secondSurvey(
        _ suspects: [Suspect], _ before: [EventID: [InventoryState]]?, _ tally: inout RunTally
    ) async throws -> (open: [Suspect], moving: Int) {
        let page = try await settlement.looker.look(
            at: suspects.map(\.event), tokens: suspects.map(\.tokens))
        tally.record(page.clock)
        var stable: [Suspect] = []
        var looks: [EventLook] = []
        var moving: [Suspect] = []
        for (suspect, look) in zip(suspects, page.events) {
            if before.map({ $0[suspect.event] == look.survey.inventory }) ?? true {
                stable.append(suspect)
                looks.append(look)
            } else {
                moving.append(pausing(suspect))
            }
        }
        let open = try await settlement.settle(stable, looks, &tally).map {
            $0.mustPause ? pausing($0.suspect) : $0.suspect
        }
        return (moving + open, moving.count)
    }

    private func leave(_ suspect: Suspect, _ reason: String, _ tally: inout RunTally) {
        tally.deferred += 1
        tally.record(Finding(deferring: suspect.event, because: reason))
    }

    private func pausing(_ suspect: Suspect) -> Suspect {
        var suspect = suspect
        suspect.failedLooks += 1
        suspect.due = max(suspect.due, .now + settings.pause * Double.random(in: 0.5...1.5))
        return suspect
    }
}
