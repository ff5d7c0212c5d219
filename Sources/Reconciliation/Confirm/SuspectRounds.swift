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
        let isWanted = policy.checkouts.hasAnswers || open.contains(where: \.look.needsAnswers)
        let notes = try await isWanted ? witness.readAll(into: &policy) : witness.readLists(into: &policy)
        for note in notes where !tally.warnings.contains(note) { tally.warnings.append(note) }
        settlement.looker.policy = policy
        hot.settlement.looker.policy = policy
    }

    private func waitUntilDue(_ open: [Suspect]) async throws {
        guard let due = open.map(\.due).min() else { return }
        try await settings.stop.sleep(until: due)
    }

    private mutating func lookAtAll(
        _ open: inout [Suspect], _ together: inout Int, _ census: inout Census, _ tally: inout RunTally
    ) async throws {
        let now = ContinuousClock.now
        var left: [Suspect] = []
        var hotOnes: [Suspect] = []
        var due: [Suspect] = []
        for suspect in open {
            if suspect.due > now {
                left.append(suspect)
            } else if settings.traffic == .live && suspect.look.failedLooks >= settings.attempts {
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
        if !hotOnes.isEmpty { try await readEvidence(for: hotOnes, &tally) }
        let looked = try await hot.look(at: hotOnes, &census, &tally)
        hotOnes = []
        left += looked
    }

    /// Suspects whose looks take their stages together.
    private struct Group {
        var suspects: [Suspect]
        /// What SQL says of them, once it was asked.
        var page: EventPage?
        var looks: PageLook?
        /// Why they must be left; `nil` while nothing speaks for that.
        var obstacle: String?
    }

    /// - Returns: the suspects that are still open, and how many did not stand still.
    private mutating func lookTogether(
        _ suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> (open: [Suspect], moving: Int) {
        let stages = settlement.rules.stages
        var group = Group(suspects: suspects)
        let first = stages.prefix { $0 != .snapshot }
        for stage in first { try await take(stage, &group, &census, &tally) }
        var open: [Suspect] = []
        var moving = 0
        // A page at a time from its snapshot on, which bounds the memory of the looks.
        for start in stride(from: 0, to: suspects.count, by: settings.pageSize) {
            var page = Group(
                suspects: Array(group.suspects[start..<min(start + settings.pageSize, suspects.count)]),
                obstacle: group.obstacle)
            if settings.stop.cause != nil {
                open += page.suspects
                continue
            }
            do {
                for stage in stages.dropFirst(first.count) { try await take(stage, &page, &census, &tally) }
                let left = try await conclude(page, &tally)
                open += left.open
                moving += left.moving
            } catch let error where settings.stop.hasCut(error) {
                open += page.suspects
            }
        }
        return (open, moving)
    }

    /// Takes one stage of the looks at a group.
    private mutating func take(
        _ stage: StableLook.Stage, _ group: inout Group, _ census: inout Census, _ tally: inout RunTally
    ) async throws {
        let looker = settlement.looker
        switch stage {
        case .evidence: try await readEvidence(for: group.suspects, &tally)
        case .counts:
            let counts = try await looker.inventory(of: group.suspects.map(\.event))
            for place in group.suspects.indices {
                group.suspects[place].look.counts = counts[group.suspects[place].event] ?? []
            }
        case .census:
            try await extendCensus(for: &group, &census)
            group.obstacle = try await replay.reach()
        case .snapshot:
            guard group.obstacle == nil else { return }
            let looks = group.suspects.map(\.look)
            group.page = try await looker.source.snapshot(of: looks.map(\.event), tokens: looks.map(\.tokens))
        case .survey:
            guard let page = group.page else { return }
            group.looks = try await looker.look(beside: page, tokens: group.suspects.map(\.look.tokens))
        }
    }

    /// Lets the census know what has come since, as far as the looks need it.
    private func extendCensus(for group: inout Group, _ census: inout Census) async throws {
        let isLive = settings.traffic == .live
        // Where traffic was said to be stopped, an event that moved shows that it was not: holds may have come.
        if isLive || group.suspects.contains(where: { !$0.waitsForOthers }) {
            let keyspace = !isLive || group.suspects.contains(where: \.look.needsKeyspace)
            try await taker.extend(&census, keyspace: keyspace)
        }
        for place in group.suspects.indices {
            group.suspects[place].waitsForOthers = false
            let look = group.suspects[place].look
            group.suspects[place].look.tokens += census.takeNew(of: look.event, besides: look.tokens)
        }
    }

    /// Settles the suspects of a page that stood still.
    private func conclude(_ page: Group, _ tally: inout RunTally) async throws -> (open: [Suspect], moving: Int) {
        guard let shown = page.looks else {
            for suspect in page.suspects { leave(suspect, page.obstacle ?? "was not looked at", &tally) }
            return ([], 0)
        }
        tally.record(shown.clock)
        var stable: [Suspect] = []
        var looks: [EventLook] = []
        var moving: [Suspect] = []
        for (suspect, look) in zip(page.suspects, shown.events) {
            if suspect.look.stoodStill(look) {
                stable.append(suspect)
                looks.append(look)
            } else {
                var suspect = suspect
                suspect.look.fail()
                moving.append(settlement.pausing(suspect, .moment))
            }
        }
        let open = try await settlement.settle(stable, looks, &tally)
        return (moving + open, moving.count)
    }

    private func leave(_ suspect: Suspect, _ reason: String, _ tally: inout RunTally) {
        tally.deferred += 1
        tally.record(Finding(deferring: suspect.event, because: reason))
    }
}
