import ChangeFiles
import HoldModel
package import PostgresSource
package import RedisStore

/// Does one run over the events: census, pages, what belongs to no event, and the tally of it all.
///
/// Pages overlap: while Redis works on one, SQL is read for the next (design section 4).
package struct Reconciler: Sendable {
    let source: PostgresSource
    let store: HoldStore
    let repairs: HoldRepairs?
    let watch: ServerWatch
    let replay: ReplayWait
    private(set) var settings: RunSettings
    private let progress: ProgressSink
    let disputes = DisputedCategories()
    private let allowance: ChangeAllowance

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
        allowance = ChangeAllowance(settings.limits, stop: settings.isRehearsal ? nil : settings.stop)
        self.settings = settings
        self.progress = progress
    }

    /// - Throws: ``InterruptedRun``, its cause a ``RunRefusal`` where there is nothing to look at or a purge would hit
    ///   buyers, a ``LeaseLoss``, a ``PostgresError`` or a ``RedisError``.
    package func run() async throws -> RunTally {
        try await RunTally.recording(settings) { tally in
            var adjusted = self
            let clocks = try await Clocks.read(source, store)
            (adjusted.settings.policy, tally.warnings) = clocks.adjusted(
                settings.policy, maxSkew: settings.maxSkew, writes: decides)
            tally.warnings += try await witness.readLists(into: &adjusted.settings.policy)
            tally.warnings += try await witness.objections(adjusted.settings.policy)
            if let replay = try await source.replay() {
                tally.standby = replay
                tally.warnings.append(replay.warning)
                // A standby goes on changing even where traffic is stopped, so one look is not enough.
                adjusted.settings.traffic = .live
                adjusted.settings.readsStandby = true
            }
            if let shift = try await TimeSample(source: source, store: store).shift() {
                if decides { adjusted.settings.policy.tightensOnly = true }
                tally.warnings.append(
                    "\(shift.words); nothing \(repairs == nil ? "would be" : "was") put back on sale: show them as timestamptz"
                )
            }
            // Because of the clocks some seats were not judged, so the run is neither clean nor done.
            if adjusted.settings.policy.tightensOnly, !settings.policy.tightensOnly {
                tally.record(
                    Finding(.unsettled, event: nil, detail: "seats that should go back on sale", outcome: .deferred))
            }
            do {
                try await adjusted.run(&tally)
                // Nothing depends on prices, so a run that is to end does not wait for them.
                if settings.stop.cause == nil { try await Pricing(source: source).settle(&tally.bill, isLast: true) }
            } catch let loss as LeaseLoss {
                // The lease has a TTL as well. That it is gone is reported in any case.
                if let note = try? await watch.evictionNote() { tally.warnings.append(note) }
                throw loss
            }
        }
    }

    /// Whether what it finds is written, or held against a plan.
    private var decides: Bool { repairs != nil || settings.course.isByItem }

    private func run(_ tally: inout RunTally) async throws {
        tally.warnings += try await Preflight(source: source, store: store, settings: settings).check()
        let hasIndex = try await IndexType(store: store, repairs: repairs, settings: settings).settle(&tally)
        var taker = CensusTaker(source, store, shard: settings.shard, progress: progress)
        var route = RunRoute(settings, hasIndex: hasIndex, mayWrite: repairs != nil)
        taker.walk.indexStart = route.indexStart ?? .start
        var taken = try await taker.take(route)
        if taken.emptiness != nil, repairs != nil, settings.policy.holds == .rebuild, settings.policy.undoing == nil {
            route.firstPass = .refill
        }
        tally.route = route
        tally.scanned.indexMembers = taken.indexMembers
        if settings.policy.holds == .purge, repairs != nil { try settings.expect(members: taken.indexMembers) }
        if settings.policy.holds == .purge, !settings.force {
            try await PurgeGuard(source: source, store: store, settings: settings).check(taken.census)
        }
        var suspects =
            if case .undo(let journal) = settings.course {
                try await undoable(journal, &taken.census, &tally)
            } else {
                try await walkPages(&taken, taken.emptiness, &tally)
            }
        // Also where one of them has a hold after all, or is left out below.
        let hasAbsent = suspects.contains(where: \.isAbsent)
        if taken.census.isAwaiting, !mustStop(&tally) {
            suspects = try await takeUpUnmet(suspects, taker, &taken.census, &tally)
        }
        let looked = ContinuousClock.now
        settings.course.leaveOut(&suspects, &tally)
        // The events that a refill leaves have changed since the census.
        if route.firstPass != .refill {
            for place in suspects.indices { suspects[place].look.walked = taken.census.walked }
        }
        // A run that was stopped before its first page does not know whether there is anything.
        if tally.stoppedBecause != nil, tally.scanned.events == 0 { return }
        if case .undo = settings.course {} else if try await !isSomethingThere(tally) { throw nothingSeen }
        if !suspects.isEmpty, !mustStop(&tally) { try await noteWhatNoLookShows(taken, hasAbsent: hasAbsent) }
        if repairs != nil, route.firstPass != .refill {
            let guarding = MassChangeGuard(settings, rounds(settlement(nil), taker), taken)
            if let found = try await guarding.objection(to: suspects, of: tally.scanned.events, taken.census) {
                tally.merge(found)
                tally.stoppedBecause = found.stoppedBecause
                tally.needsConsent = found.needsConsent
                return
            }
        }
        let rounds = rounds(settlement, taker)
        let absentEvents = AbsentEvents(settlement: settlement, taker: taker, watch: watch, progress: progress)
        let absent = absentEvents.take(from: &suspects)
        try await rounds.settle(suspects, &taken.census, &tally)
        if !absent.isEmpty {
            let left = try await absentEvents.create(absent, since: looked, &taken.census, &tally)
            try await rounds.settle(left, &taken.census, &tally)
        }
        if settings.isRehearsal { rehearse(taken, taker, &tally) }
        if !mustStop(&tally), settings.events == nil { try await settleTheRest(&taken, by: taker, rounds, &tally) }
        if case .undo(let journal) = settings.course, settings.undoesTheRest, !mustStop(&tally) {
            try await UndoOfTheRest(journal: journal, store: store, repairs: repairs).run(&tally)
        }
        if settings.auditsSQL, !mustStop(&tally) {
            try await SQLAudit(source: source, store: store, watch: watch, settings: settings, progress: progress)
                .run(&tally)
        }
        // The writes count as done only where the same server still answers at the end.
        if repairs != nil { try await watch.admit() }
        // Keys that were written may have been evicted, and only some were looked at again, so the run is not done.
        if tally.applied > 0, let note = try await watch.evictionNote() {
            tally.warnings.append(note)
            tally.record(
                Finding(.unsettled, event: nil, detail: "keys that Redis may have evicted", outcome: .deferred))
        }
    }

    /// Whether the run must stop before its next part. Such a run has not seen all, and is never clean.
    private func mustStop(_ tally: inout RunTally) -> Bool {
        guard let cause = settings.stop.cause else { return false }
        tally.stoppedBecause = tally.stoppedBecause ?? cause
        return true
    }

    private var settlement: EventSettlement { settlement(repairs) }

    private func settlement(_ repairs: HoldRepairs?) -> EventSettlement {
        EventSettlement(
            looker: EventLooker(source: source, store: store, policy: settings.policy), repairs: repairs,
            settings: settings, disputes: disputes, allowance: allowance)
    }

    var strayHolds: StrayHolds {
        StrayHolds(source: source, store: store, repairs: repairs, settings: settings, disputes: disputes)
    }

    /// Says what would stop the run that writes.
    private func rehearse(_ taken: CensusTaker.Result, _ taker: CensusTaker, _ tally: inout RunTally) {
        MassChangeGuard(settings, rounds(settlement, taker), taken).note(&tally)
        if let objection = allowance.objection { tally.warnings.append("with --execute this will stop: \(objection)") }
    }

    private func rounds(_ settlement: EventSettlement, _ taker: CensusTaker) -> SuspectRounds {
        SuspectRounds(
            settlement: settlement, walk: taker.walk, hot: HotLooker(settlement: settlement, walk: taker.walk),
            witness: witness, watch: watch, replay: replay, progress: progress)
    }

    /// Adds the events of holds to which the walk over SQL has not come.
    private func takeUpUnmet(
        _ suspects: [Suspect], _ taker: CensusTaker, _ census: inout Census, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let unmet = UnmetHolds(
            taker: taker, events: settings.events.map { Set($0) }, stop: settings.stop, progress: progress)
        do {
            return try await unmet.suspects(besides: suspects, &census, &tally)
        } catch let error where settings.stop.hasCut(error) {
            return suspects
        }
    }

    /// Notes the categories that holds outside of this run's events name, since SQL may have them in one of these
    /// events. Such holds are those of events that are gone, of other shards, and of all other events where some were
    /// asked for. Of events that Redis has nothing of, it notes those that their orders name.
    private func noteWhatNoLookShows(_ taken: CensusTaker.Result, hasAbsent: Bool) async throws {
        var orphans = taken.orphansOfOthers
        if settings.events != nil {
            orphans += taken.orphanInventory
        } else if !settings.shard.isWhole {
            orphans += try await withSeatsPending(taken.orphanInventory)
        }
        for key in orphans {
            for (event, category) in store.keys.inventoryReadings(ofKey: key) {
                disputes.take(category, named: printable(key), in: event)
            }
        }
        let isPart = settings.events != nil || !settings.shard.isWhole || !taken.orphanInventory.isEmpty
        if repairs != nil && isPart || hasAbsent {
            try await disputes.takeMisplacedItems(of: source)
        }
        guard settings.events == nil, !taken.census.placed.isEmpty else { return }
        let existing = Set(try await source.existingEvents(Array(taken.census.placed.keys)))
        try await strayHolds.note(taken.census.placed.filter { !existing.contains($0.key) }.flatMap(\.value))
    }

    /// Returns the inventory hashes with seats in `pending`: holds that only another shard knows have those seats.
    private func withSeatsPending(_ keys: [[UInt8]]) async throws -> [[UInt8]] {
        zip(keys, try await store.inventory(at: keys)).filter { _, state in
            guard case .hash(let fields) = state else { return false }
            return fields.pending.map { decimalInteger($0) != 0 } ?? false
        }.map(\.0)
    }

    private var witness: CheckoutWitness {
        CheckoutWitness(source, store, queue: settings.finalizationQueue)
    }

    /// Does the first pass: a glance, the cheap first look, at every event, a page at a time.
    ///
    /// - Parameter emptiness: the proof that Redis is empty, where a walk has found it so.
    /// - Returns: the events that one look was not enough for.
    private func walkPages(
        _ taken: inout CensusTaker.Result, _ emptiness: Emptiness?, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let total = try await eventCount()
        let pages = try await PageWalk(
            source, events: settings.events, pageSize: settings.pageSize, shard: settings.shard)
        var glance = PageGlance(settlement: settlement, isAwaiting: taken.census.isAwaiting)
        // If there is nothing to look at, say so at once.
        if let emptiness, let repairs, try await source.eventCount() > 0 {
            glance.creation = PageCreation(settlement: settlement, repairs: repairs, emptiness: emptiness)
        }
        let walk = EventWalk(
            source: source, store: store, watch: watch, settings: settings, glance: glance, total: total,
            progress: progress)
        return try await walk.run(pages, index: taken.rest, &taken.census, &tally).suspects
    }

    /// Returns how many events there are to look at, where that is known beforehand.
    private func eventCount() async throws -> Int? {
        if !settings.shard.isWhole { return nil }
        return if let events = settings.events { events.count } else { try await source.eventCount() }
    }

    /// Whether SQL has any category. A shard may have none of its own; then it asks whether others have.
    private func isSomethingThere(_ tally: RunTally) async throws -> Bool {
        if tally.scanned.categories > 0 { return true }
        if settings.shard.isWhole { return false }
        var walk = try await PageWalk(
            source, events: settings.events, pageSize: settings.pageSize, shard: .whole)
        while let events = try await walk.nextPage() {
            if try await source.categories(of: events).contains(where: { !$0.isEmpty }) { return true }
        }
        return false
    }

    private var nothingSeen: RunRefusal {
        let asked = settings.events.map { "among the \($0.count) events asked for" } ?? "at all"
        return .nothingToLookAt(
            "SQL shows no category \(asked): check the database name, the search_path and the role's privileges in "
                + "--postgres, and --event; nothing was written")
    }
}
