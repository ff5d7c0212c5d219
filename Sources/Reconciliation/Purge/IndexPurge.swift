import ChangeFiles
import HoldModel
package import PostgresSource
package import RedisStore

/// Purges the index alone, for cron: members without an active hold, or all of it.
package struct IndexPurge: Sendable {
    private let source: PostgresSource
    private let store: HoldStore
    private let repairs: HoldRepairs?
    private let watch: ServerWatch
    private let replay: ReplayWait
    private var settings: RunSettings
    private let progress: ProgressSink

    /// - Parameter repairs: the writing side; `nil` for a run that only looks.
    package init(
        _ source: PostgresSource, _ store: HoldStore, repairs: HoldRepairs?, watch: ServerWatch, settings: RunSettings,
        progress: @escaping ProgressSink
    ) {
        self.source = source
        self.store = store
        self.repairs = repairs
        self.watch = watch
        replay = ReplayWait(source, stop: settings.stop)
        self.settings = settings
        self.progress = progress
    }

    /// Removes members whose hold is not active, and releases expired `held` holds; see ``StalePurge``.
    ///
    /// - Throws: ``InterruptedRun``.
    package func stale() async throws -> RunTally {
        try await RunTally.recording(settings) { tally in
            var adjusted = self
            let clocks = try await Clocks.read(source, store)
            (adjusted.settings.policy, tally.warnings) = clocks.adjusted(
                settings.policy, maxSkew: settings.maxSkew, writes: repairs != nil || settings.course.isByItem)
            tally.warnings += try await witness.readLists(into: &adjusted.settings.policy)
            try await adjusted.stale(&tally)
        }
    }

    private func stale(_ tally: inout RunTally) async throws {
        tally.cleanup = CleanupCounts()
        try await start(&tally)
        guard try await store.indexType() == "zset" else { return }
        try await store.scanIndex { members in
            try await watch.admit()
            if let cause = settings.stop.cause { tally.stoppedBecause = cause }
            if tally.stoppedBecause != nil { return }
            tally.scanned.indexMembers += members.count
            try await settle(members, &tally)
            progress(RunProgress(phase: .purge, done: tally.scanned.indexMembers, total: nil))
        }
        if repairs != nil { try await watch.admit() }
    }

    /// Removes the whole index; refuses while somebody is at checkout, unless forced.
    ///
    /// - Throws: ``InterruptedRun``.
    package func all() async throws -> RunTally {
        try await RunTally.recording(settings) { try await all(&$0) }
    }

    private func all(_ tally: inout RunTally) async throws {
        tally.cleanup = CleanupCounts()
        try await start(&tally)
        let type = try await store.indexType()
        if type == "none" { return }
        let taken = try await CensusTaker(source, store, progress: progress).take(
            index: type == "zset", keyspace: false)
        tally.scanned.indexMembers = taken.indexMembers
        if repairs != nil { try settings.expect(members: taken.indexMembers) }
        if !settings.force {
            var settings = settings
            tally.warnings += try await witness.readLists(into: &settings.policy)
            try await PurgeGuard(source: source, store: store, settings: settings).check(taken.census)
        }
        tally.cleanup?.total = taken.indexMembers
        func finding(_ outcome: FindingOutcome) -> Finding {
            Finding(
                .purged, event: nil, before: .text("\(taken.indexMembers) members"), after: .absent,
                detail: printable(store.keys.index), outcome: outcome)
        }
        guard try isDirected(.removalOfIndex, finding(.found), &tally) else { return }
        guard let repairs else {
            tally.differing = taken.indexMembers
            return tally.record(finding(.found))
        }
        try await repairs.unlink(store.keys.index) { became in
            if became == .applied {
                tally.applied = taken.indexMembers
                tally.cleanup?.skipped = taken.indexMembers
            }
            if let outcome = FindingOutcome(became) { tally.record(finding(outcome)) }
        }
    }

    /// Reads SQL at the start, which also shows that it is there at all.
    private func start(_ tally: inout RunTally) async throws {
        tally.record(try await source.snapshot(of: [], tokens: []).clock)
        if let replay = try await source.replay() {
            tally.standby = replay
            tally.warnings.append(replay.warning)
        }
        let preflight = Preflight(source: source, store: store, settings: settings)
        try await preflight.expectEvents()
        tally.warnings += try await preflight.check()
    }

    private var witness: CheckoutWitness {
        CheckoutWitness(source, store, queue: settings.finalizationQueue)
    }

    private func settle(_ members: [HoldToken], _ tally: inout RunTally) async throws {
        var purge = StalePurge(members, readsStandby: source.readsStandby)
        while let step = purge.next {
            switch step {
            case .clock: purge.take(now: try await store.time())
            case .orders:
                let orders = try await source.orders(byTokenOf: purge.members)
                if !purge.isConfirming { tally.scanned.orders += orders.count }
                purge.take(orders)
            case .survey:
                let request = SurveyRequest(event: EventID(""), categories: [], tokens: purge.members)
                let holds = try await store.survey([request]).flatMap(\.holds)
                if !purge.isConfirming { tally.scanned.count(holds.map { $0.settled(at: purge.now) }) }
                purge.take(holds, settings.policy)
            case .replay:
                if let reason = try await replay.reach() {
                    return tally.record(Finding(.unsettled, event: nil, detail: reason, outcome: .deferred))
                }
                purge.takeReplay()
            case .remove: try await remove(purge.takeStale(), &tally)
            case .release: try await release(purge.takeExpired(), purge.now, &tally)
            }
        }
    }

    /// Whether a change is to be made, or told as what would be made; it is recorded where it is not.
    private func isDirected(_ item: PlannedItem, _ finding: Finding, _ tally: inout RunTally) throws -> Bool {
        switch try settings.course.ruling(on: item, why: [finding]) {
        case .go, .noted: return true
        case .beside: tally.beside += 1
        case .moved:
            tally.moved += 1
            var finding = finding
            finding.outcome = .moved
            tally.record(finding)
        }
        return false
    }

    private func remove(_ holds: [HoldSurvey], _ tally: inout RunTally) async throws {
        let holds = try holds.filter { hold in
            try isDirected(PlannedItem(hold.removal), Finding(.orphanMember, event: nil, hold: hold.token), &tally)
        }
        guard let repairs else {
            for hold in holds { recordRemoval(of: hold, .found, &tally) }
            return
        }
        try await repairs.apply(holds.map(\.removal)) { outcomes in
            for (hold, became) in zip(holds, outcomes) {
                if let outcome = FindingOutcome(became) { recordRemoval(of: hold, outcome, &tally) }
            }
        }
    }

    private func recordRemoval(of hold: HoldSurvey, _ outcome: FindingOutcome, _ tally: inout RunTally) {
        guard case .score(let score) = hold.score else { return }
        tally.cleanup?.total += 1
        count(outcome, &tally)
        if outcome == .applied { tally.cleanup?.skipped += 1 }
        tally.record(
            Finding(
                .orphanMember, event: nil, hold: hold.token, before: .score(score), after: .absent, outcome: outcome))
    }

    /// Counts a member by what became of it, as other runs count events.
    private func count(_ outcome: FindingOutcome, _ tally: inout RunTally) {
        switch outcome {
        case .found: tally.differing += 1
        case .applied: tally.applied += 1
        case .moved: tally.moved += 1
        case .deferred: tally.deferred += 1
        case .unknown: tally.unknown += 1
        case .refused, .noted: return
        }
        switch outcome {
        case .moved, .deferred, .unknown: tally.cleanup?.errors += 1
        case .found, .applied, .refused, .noted: break
        }
    }

    private func release(_ holds: [HeldHold], _ now: Timestamp, _ tally: inout RunTally) async throws {
        let holds = try holds.filter { held in
            let seats = held.hold.lines.reduce(0) { $0 &+ $1.quantity }
            return try isDirected(
                PlannedItem(releasing: held.token, held.fence),
                Finding(.expiredHold, event: held.hold.event, hold: held.token, seats: seats), &tally)
        }
        guard let repairs, !settings.policy.tightensOnly else {
            for hold in holds { recordRelease(of: hold, .found, &tally) }
            return
        }
        try await repairs.release(holds, now: now, keptFor: settings.policy.releasedTTL) { outcomes in
            for (hold, became) in zip(holds, outcomes) {
                switch became {
                case .released: recordRelease(of: hold, .applied, &tally)
                case .moved: recordRelease(of: hold, .moved, &tally)
                case .unclear(let key):
                    recordRelease(
                        of: hold, .deferred,
                        detail: "\(printable(key)) does not hold these seats, or its counts do not add up: "
                            + "rebuild --holds rebuild repairs it",
                        &tally)
                case .unknown: recordRelease(of: hold, .unknown, &tally)
                case .unwritten: break
                }
            }
        }
    }

    private func recordRelease(
        of expired: HeldHold, _ outcome: FindingOutcome, detail: String? = nil, _ tally: inout RunTally
    ) {
        tally.cleanup?.total += 1
        count(outcome, &tally)
        if outcome == .applied { tally.cleanup?.released += 1 }
        for line in expired.hold.lines {
            tally.record(
                Finding(
                    .expiredHold, event: expired.hold.event, category: line.category, hold: expired.token,
                    seats: line.quantity,
                    before: .hold(status: expired.hold.status.rawValue, expiresAtEpoch: expired.hold.expiresAtEpoch),
                    after: .hold(status: HoldStatus.expired.rawValue, expiresAtEpoch: nil), detail: detail,
                    outcome: outcome))
        }
    }
}
