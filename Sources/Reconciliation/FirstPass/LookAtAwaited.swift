import HoldModel
import PostgresSource
import RedisStore

/// The look that follows a walk which tokens were left to: with all holds known, at the events of those that the walk has not
/// met; with traffic stopped at every suspect, since that look is conclusive.
struct LookAtAwaited: Sendable {
    let settlement: EventSettlement
    let taker: CensusTaker
    let watch: ServerWatch
    let progress: ProgressSink

    /// From as many absent events on they are written like those of an emptied Redis.
    private static let many = 100

    private var settings: RunSettings { settlement.settings }
    private var source: PostgresSource { settlement.looker.source }

    /// - Parameter suspects: what the walk has left.
    /// - Returns: the events that this was not enough for either.
    func run(
        _ suspects: consuming [Suspect], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let suspected = Set(suspects.map(\.event))
        var again: Set<EventID>
        do {
            let unmet = UnmetHolds(
                taker: taker, events: settings.events.map { Set($0) }, stop: settings.stop, progress: progress)
            again = Set(try await source.existingEvents(Array(try await unmet.place(&census, &tally))))
        } catch let error where settings.stop.hasCut(error) {
            return suspects
        }
        tally.unchanged -= again.count { !suspected.contains($0) }
        let absent = creatable(suspects, besides: again)
        if settings.traffic == .stopped { again.formUnion(suspected.subtracting(absent)) }
        // These are looked at below, with the tokens that the census knows by now.
        suspects.removeAll { again.contains($0.event) || absent.contains($0.event) }
        census.endWalk(keeping: again)
        suspects += try await look(at: again.sorted(), &census, &tally)
        return try await suspects + create(absent, &census, &tally)
    }

    private func look(
        at events: [EventID], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        var (events, suspects) = (events[...], [Suspect]())
        let glance = PageGlance(settlement: settlement, counted: census.met)
        try await source.withPageReader { reader in
            while !events.isEmpty, settings.stop.cause == nil {
                try await watch.admit()
                do {
                    let page = try await reader.page(
                        of: events, limit: settings.pageSize, age: settings.snapshotAge)
                    let ids = events.prefix(page.table.events.count)
                    let tokens = ids.map { census.tokens(of: $0) }
                    let whole = try await source.completing(page, tokens: tokens)
                    suspects += try await glance.run(whole, tokens: tokens, &tally).suspects
                    census.remove(Array(ids))
                    events = events.dropFirst(ids.count)
                } catch let error where settings.stop.hasCut(error) {
                    return
                }
            }
        }
        return suspects + events.map { Suspect(event: $0, tokens: census.tokens(of: $0)) }
    }

    /// Events that Redis has nothing of, as where it has lost a part, or a run came to its end too early: with no hold known that
    /// no order tells of, their rows say what is to be written. That is several times as fast as a plan for each. A run over a part
    /// of the events has not seen what the holds of others name.
    private func creatable(_ suspects: [Suspect], besides others: Set<EventID>) -> Set<EventID> {
        guard settings.policy.holds == .rebuild, settlement.repairs != nil, settings.events == nil,
            settings.shard.isWhole
        else { return [] }
        let absent = suspects.filter { $0.isAbsent && !others.contains($0.event) }
        return absent.count < Self.many ? [] : Set(absent.map(\.event))
    }

    /// - Returns: those that are to be looked at again, since they were not absent after all, or the run has to end.
    private func create(
        _ absent: Set<EventID>, _ census: inout Census, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let emptiness = Emptiness(since: .now)
        var (absent, met) = (absent, [Suspect]())
        var confirmed: KeyspaceWalk?
        if settings.traffic == .live, !absent.isEmpty {
            try await settings.stop.sleep(until: emptiness.since + settings.releaseAfter)
            if settings.stop.cause == nil { confirmed = try await taker.walk.keyspace(&census) }
            try await taker.placeByOrder(&census)
            // A hold of theirs has come, or was not in the index.
            let held = absent.filter { census.placed[$0]?.isEmpty == false }
            absent.subtract(held)
            met = held.map { Suspect(event: $0, tokens: census.tokens(of: $0)) }
        }
        let events = absent.sorted()
        guard let repairs = settlement.repairs, !events.isEmpty, settings.stop.cause == nil else {
            return met + events.map { Suspect(event: $0, tokens: []) }
        }
        let pages = try await PageWalk(source, events: events, pageSize: settings.pageSize, shard: .whole)
        let creation = PageCreation(
            settlement: settlement, repairs: repairs, emptiness: emptiness, followsWalk: true, confirmed: confirmed)
        let walk = EventWalk(
            source: source, store: settlement.looker.store, watch: watch, settings: settings,
            glance: PageGlance(settlement: settlement, creation: creation), total: events.count, progress: progress)
        let (suspects, done) = try await walk.run(pages, index: nil, &census, &tally)
        let left = tally.stoppedBecause == nil ? [] : events.dropFirst(done)
        return met + suspects + left.map { Suspect(event: $0, tokens: []) }
    }
}
