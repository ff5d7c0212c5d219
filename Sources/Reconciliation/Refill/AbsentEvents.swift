import HoldModel
import PostgresSource
import RedisStore

/// Refills events that Redis has nothing of while it has others: it has lost a part, or a run ended too early. If no
/// hold without an order is known, their rows say what to write, which is several times as fast as a plan for each.
struct AbsentEvents: Sendable {
    let settlement: EventSettlement
    let taker: CensusTaker
    let watch: ServerWatch
    let progress: ProgressSink

    /// With so many or more, a walk of their own is worth it.
    private static let many = 100

    private var settings: RunSettings { settlement.settings }
    private var source: PostgresSource { settlement.looker.source }

    /// Removes and returns the suspects that can be refilled here.
    ///
    /// There are none in a run over a part of the events: it has not seen which categories the holds of others name.
    func take(from suspects: inout [Suspect]) -> Set<EventID> {
        guard settings.policy.holds == .rebuild, settlement.repairs != nil, settings.events == nil,
            settings.shard.isWhole
        else { return [] }
        let absent = Set(suspects.lazy.filter(\.isAbsent).map(\.event))
        if absent.count < Self.many { return [] }
        suspects.removeAll { absent.contains($0.event) }
        return absent
    }

    /// Refills the events, once all categories that holds of other events name are known.
    ///
    /// - Parameter since: when the last of their first looks had ended.
    /// - Returns: those that must be looked at again, since they were not absent after all, or the run has to end.
    func create(
        _ absent: Set<EventID>, since: ContinuousClock.Instant, _ census: inout Census, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        func suspects(_ events: some Sequence<EventID>) -> [Suspect] { events.map { Suspect(event: $0, tokens: []) } }
        guard let walked = census.walked else { return suspects(absent) }
        let emptiness = Emptiness(shownBy: walked, since: since)
        var (absent, held) = (absent, Set<EventID>())
        var confirmed: KeyspaceWalk?
        do {
            if settings.traffic == .live {
                try await settings.stop.sleep(until: emptiness.since + settings.releaseAfter)
                if settings.stop.cause == nil { confirmed = try await taker.walk.keyspace(&census) }
                try await taker.placeByOrder(&census)
                // An event that has a hold after all: it is new, or was not in the index.
                held = absent.filter { census.placed[$0]?.isEmpty == false }
                absent.subtract(held)
            }
        } catch let error where settings.stop.hasCut(error) {
            return suspects(absent)
        }
        guard let repairs = settlement.repairs, !absent.isEmpty, settings.stop.cause == nil else {
            return suspects(absent.union(held))
        }
        let events = absent.sorted()
        census.remove(events)
        let pages = try await PageWalk(source, events: events, pageSize: settings.pageSize, shard: .whole)
        let creation = PageCreation(
            settlement: settlement, repairs: repairs, emptiness: emptiness, followsWalk: true, confirmed: confirmed)
        let walk = EventWalk(
            source: source, store: settlement.looker.store, watch: watch, settings: settings,
            glance: PageGlance(settlement: settlement, creation: creation), total: events.count, progress: progress)
        let (again, done) = try await walk.run(pages, index: nil, &census, &tally)
        return again + suspects(held) + suspects(tally.stoppedBecause == nil ? [] : events.dropFirst(done))
    }
}
