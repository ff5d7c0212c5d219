import HoldModel
import PostgresSource
import RedisStore

extension Reconciler {
    /// Settles what belongs to no event of SQL, at the end of a run over all events.
    func settleTheRest(
        _ taken: inout CensusTaker.Result, by taker: CensusTaker, _ rounds: SuspectRounds, _ tally: inout RunTally
    ) async throws {
        guard try await mayJudgeTheRest(taken, &tally) else { return }
        try await taker.placeByOrder(&taken.census)
        // Holds that came after their event's page was read are left to the next run. So are events and categories that
        // SQL has got since their page was read.
        let added = try await source.existingEvents(Array(taken.census.placed.keys))
        taken.census.remove(added)
        let orphans = try await taker.orphans(among: taken.orphanInventory)
        let strays = taken.census.takeStrays() + taken.census.placed.values.joined()
        try await watch.admit()
        let named = try await strayHolds.settle(strays, &tally)
        // Their tokens were dropped from the census with their pages, also those of holds without an order.
        var census = Census()
        try await rounds.settle(named, &census, &tally)
        try await OrphanInventory(store: store, repairs: repairs, settings: settings, disputes: disputes)
            .settle(
                orphans, ofOrphans: taken.orphans - taken.orphanInventory.count + orphans.count,
                ofKeys: taken.inventoryKeys, &tally)
    }

    /// Whether SQL is as new as what Redis showed: a standby may not have an order or a category yet.
    private func mayJudgeTheRest(_ taken: CensusTaker.Result, _ tally: inout RunTally) async throws -> Bool {
        guard settings.readsStandby else { return true }
        let census = taken.census
        if census.strays.isEmpty, census.placed.isEmpty, taken.orphanInventory.isEmpty { return true }
        guard let reason = try await replay.reach() else { return true }
        tally.record(
            Finding(
                .unsettled, event: nil, detail: "what belongs to no event of SQL was not judged: \(reason)",
                outcome: .deferred))
        return false
    }
}
