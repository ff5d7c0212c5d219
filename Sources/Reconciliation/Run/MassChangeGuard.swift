import HoldModel
import PostgresSource
import RedisStore

/// Ends a run that would change the counts of more than half of a platform's events, before its first write: more likely than
/// such a drift is that database, Redis or prefix are another platform's.
///
/// What Redis lacks does not count, so that a run completes one that was cut short. It counts where SQL knows less than half of the
/// inventory that Redis serves: that is another platform's.
struct MassChangeGuard: Sendable {
    /// As many are never too many: a person reads them one by one.
    private static let few = 20

    let settings: RunSettings
    /// Of a run that only looks.
    let rounds: SuspectRounds
    /// Whether SQL knows less than half of the inventory.
    let isOfStrangers: Bool

    init(_ settings: RunSettings, _ rounds: SuspectRounds, _ taken: CensusTaker.Result) {
        (self.settings, self.rounds) = (settings, rounds)
        isOfStrangers = taken.orphans * 2 > taken.inventoryKeys
    }

    /// Looks at suspects that are too many, as a run that writes nothing would.
    ///
    /// - Parameters:
    ///   - suspects: of the first pass.
    ///   - total: events that the run has looked at.
    /// - Returns: what that has found and why the run ends; `nil` where it may write.
    func objection(to suspects: [Suspect], of total: Int, _ census: Census) async throws -> RunTally? {
        let agreed = settings.limits.agreedEvents
        let most = max(Self.few, total / 2, (agreed ?? 0) + (agreed ?? 0) / 10)
        // Whoever names events means them.
        guard settings.policy.holds == .rebuild, settings.events == nil,
            suspects.count(where: { isOfStrangers || $0.mayChangeCounts }) > most
        else { return nil }
        var (census, found) = (census, RunTally(maxFindings: settings.maxFindings))
        try await rounds.settle(suspects, &census, &found)
        guard found.stoppedBecause == nil else { return found }
        let wanted = isOfStrangers ? found.differing : found.changing
        guard wanted > most else { return nil }
        found.needsConsent = true
        found.stoppedBecause =
            "\(wanted) of \(total) events would be changed, which is more than "
            + (agreed.map { "--yes-change \($0) agreed to" } ?? "half of them")
            + "; nothing was written. Are --postgres, --redis and --key-prefix the same platform's? If all of it is meant, "
            + "give --yes-change \(wanted)"
        return found
    }
}

extension EventPlan {
    /// Whether it changes counts that Redis has.
    var changesCounts: Bool {
        counts.contains { $0.fence != InventoryState.absent.fence }
    }
}
