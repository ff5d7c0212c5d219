import HoldModel
import PostgresSource
import RedisStore

/// Looks at suspects again, together, until each has an outcome or no more looks are allowed.
///
/// A difference seen once is a suspicion: Redis and SQL were read at different moments, and a hold that the program
/// does not know makes `pending` look too high. Only a *stable look* is a finding: survey, index scan, snapshot, survey,
/// and the same counts in both surveys (design section 4, step 5). With traffic live, putting seats on sale takes two of
/// them, some time apart, and an event that never stands still gets hot looks.
struct SuspectRounds: Sendable {
    /// How many suspects share one walk of the index, between their two surveys. A walk costs Redis the same for few as
    /// for many; but the more time lies between the two surveys, the fewer events stand still.
    private static let together = 100...8000

    var settlement: EventSettlement
    let walk: CensusWalk
    var hot: HotLooker
    let witness: CheckoutWitness
    let watch: ServerWatch
    let replay: ReplayWait
    let progress: ProgressSink

    private var settings: RunSettings { settlement.settings }

    func settle(_ suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally) async throws {
        if suspects.isEmpty { return }
        var rounds = self
        // Where a hold names several events, the first of them tells of it, in each run the same.
        var open = suspects.sorted { $0.event < $1.event }
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
                // A look that was cancelled is left like one that was not begun.
                continue
            }
            progress(RunProgress(phase: .suspects, done: suspects.count - open.count, total: suspects.count))
        }
    }

    /// Reads the finalizer's lists anew: a message may have come, or a person may have replayed one.
    private mutating func readLists(behind answers: CheckoutAnswers?, _ tally: inout RunTally) async throws {
        var policy = settlement.looker.policy
        let notes = try await witness.readLists(into: &policy, behind: answers)
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
            } else if suspect.look.failedLooks >= settings.attempts {
                leave(suspect, "never stood still, although traffic was said to be stopped", &tally)
            } else {
                due.append(suspect)
            }
        }
        // The suspects without an outcome, also where an error ends this.
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
            // The snapshot of a standby is never of the instant of a look.
            for suspect in hotOnes { leave(suspect, "never stood still, and SQL is a hot standby", &tally) }
            hotOnes = []
        } else if settings.course.isByItem {
            for suspect in hotOnes {
                leave(suspect, "never stood still, so no plan fits it: rebuild can repair it by increments", &tally)
            }
            hotOnes = []
        }
        if !hotOnes.isEmpty {
            let areWanted = settlement.rules.hasAnswers || hotOnes.contains(where: \.look.needsAnswers)
            try await readLists(behind: areWanted ? try await witness.readAnswers() : nil, &tally)
        }
        let looked = try await hot.look(at: hotOnes, &census, &tally)
        hotOnes = []
        left += looked
    }

    /// Does one look at each of some suspects.
    ///
    /// - Returns: the suspects that are still open, and how many did not stand still.
    private mutating func lookTogether(
        _ suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> (open: [Suspect], moving: Int) {
        let rules = settlement.rules
        var group = SuspectGroup(suspects: suspects)
        group.tell { $0.begin() }
        while let step = group.next(rules), step != .snapshot {
            try await take(step, rules, &group, &census, &tally)
        }
        var open: [Suspect] = []
        var moving = 0
        // From the snapshot on a page at a time, which bounds the memory of the looks.
        for start in stride(from: 0, to: suspects.count, by: settings.pageSize) {
            var page = SuspectGroup(
                suspects: Array(group.suspects[start..<min(start + settings.pageSize, suspects.count)]),
                obstacle: group.obstacle)
            if settings.stop.cause != nil {
                open += page.suspects
                continue
            }
            do {
                while page.obstacle == nil, let step = page.next(rules) {
                    try await take(step, rules, &page, &census, &tally)
                }
                let left = try await conclude(page, &tally)
                open += left.open
                moving += left.moving
            } catch let error where settings.stop.hasCut(error) {
                open += page.suspects
            }
        }
        return (open, moving)
    }

    /// Does one step of the looks at a group.
    private mutating func take(
        _ step: StableLook.Step, _ rules: StableLook.Rules, _ group: inout SuspectGroup, _ census: inout Census,
        _ tally: inout RunTally
    ) async throws {
        let looker = settlement.looker
        switch step {
        case .answers: group.answers = try await witness.readAnswers()
        case .lists: try await readLists(behind: group.answers, &tally)
        case .counts:
            let counts = try await looker.inventory(of: group.suspects.map(\.event))
            group.tell { $0.counts = counts[$0.event] ?? [] }
        case .index: try await walk.index(&census)
        case .keyspace:
            let walked = try await walk.keyspace(&census)
            group.tell { $0.take(walked, rules) }
        case .replay: group.obstacle = try await replay.reach()
        case .snapshot:
            group.tell { $0.tokens += census.takeNew(of: $0.event, besides: $0.tokens) }
            let looks = group.suspects.map(\.look)
            group.page = try await looker.source.snapshot(of: looks.map(\.event), tokens: looks.map(\.tokens))
        case .survey:
            guard let page = group.page else { return }
            group.looks = try await looker.look(beside: page, tokens: group.suspects.map(\.look.tokens))
        }
        group.tell { $0.take(step, rules) }
    }

    /// Settles the suspects of a page.
    private func conclude(_ page: SuspectGroup, _ tally: inout RunTally) async throws -> (open: [Suspect], moving: Int)
    {
        guard let shown = page.looks else {
            for suspect in page.suspects { leave(suspect, page.obstacle ?? "was not looked at", &tally) }
            return ([], 0)
        }
        tally.record(shown.clock)
        var page = page
        for (place, look) in shown.events.enumerated() { page.suspects[place].count(look, &tally.scanned) }
        let moving = zip(page.suspects, shown.events).count { !$0.look.stoodStill($1) }
        let open = try await settlement.settle(page.suspects, shown.events, &tally)
        try await Pricing(source: settlement.looker.source).settle(&tally.bill, isLast: false)
        return (open, moving)
    }

    private func leave(_ suspect: Suspect, _ reason: String, _ tally: inout RunTally) {
        tally.deferred += 1
        tally.record(Finding(deferring: suspect.event, because: reason))
    }
}
