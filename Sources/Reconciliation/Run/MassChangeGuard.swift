import HoldModel
import PostgresSource
import RedisStore

/// Ends a run that would change the counts of more than half of a platform's events, before its first write: more likely than
/// such a drift is that database, Redis or prefix are another platform's.
///
/// What Redis lacks does not count, so that a run completes one that was cut short. But where SQL has no category for most of the
/// inventory that Redis serves, that is another platform's, and nothing at all is written.
struct MassChangeGuard: Sendable {
    /// As many are never too many: a person reads them one by one.
    private static let few = 20
    /// Fewer hashes without a category say nothing of the database.
    private static let manyOrphans = 10

    let settings: RunSettings
    /// Of a run that only looks.
    let rounds: SuspectRounds
    private let orphans: Int
    private let inventory: Int

    init(_ settings: RunSettings, _ rounds: SuspectRounds, _ taken: CensusTaker.Result) {
        (self.settings, self.rounds) = (settings, rounds)
        (orphans, inventory) = (taken.orphans, taken.inventoryKeys)
    }

    /// Whether SQL knows less than half of the inventory.
    private var isOfStrangers: Bool {
        orphans >= Self.manyOrphans && orphans * 2 > inventory && !settings.force
    }

    /// Whoever names events means them, and who purges says how many.
    private var isOnGuard: Bool { settings.policy.holds == .rebuild && settings.events == nil }

    /// How many events may be changed of those that Redis serves.
    private func most(of served: Int) -> Int {
        let few = Self.few / settings.shard.count
        if let agreed = settings.limits.agreedEvents { return max(few, agreed + agreed / 10) }
        return isOfStrangers ? -1 : max(few, served / 2)
    }

    /// Looks at suspects that are too many, as a run that writes nothing would.
    ///
    /// - Parameters:
    ///   - suspects: of the first pass.
    ///   - total: events that the run has looked at.
    /// - Returns: what that has found and why the run ends; `nil` where it may write.
    func objection(to suspects: [Suspect], of total: Int, _ census: Census) async throws -> RunTally? {
        let served = total - suspects.count { $0.isAbsent }
        guard isOnGuard, suspects.count(where: { isOfStrangers || $0.mayChangeCounts }) > most(of: served) else {
            return nil
        }
        var (census, found) = (census, RunTally(maxFindings: settings.maxFindings))
        try await rounds.settle(suspects, &census, &found)
        guard found.stoppedBecause == nil else { return found }
        guard let reason = reason(found, of: total) else { return nil }
        found.needsConsent = true
        found.stoppedBecause = reason
        return found
    }

    /// Says in a rehearsal what will stop the run that writes.
    func note(_ tally: inout RunTally) {
        guard isOnGuard, let reason = reason(tally, of: tally.scanned.events) else { return }
        tally.needsConsent = true
        tally.warnings.append("with --execute this will stop: \(reason)")
    }

    private func reason(_ found: RunTally, of total: Int) -> String? {
        let wanted = isOfStrangers ? found.differing : found.changing
        // Where only what is lacking would be written, there is nothing of the event, or too little to tell.
        let served = total - (found.differing - found.changing)
        guard wanted > most(of: served) else { return nil }
        let cause =
            if let agreed = settings.limits.agreedEvents {
                "\(wanted) of the \(served) events that Redis serves would be changed, and --yes-change agreed to \(agreed)"
            } else if isOfStrangers {
                "SQL has no category for \(orphans) of the \(inventory) inventory hashes in Redis"
            } else {
                "\(wanted) of the \(served) events that Redis serves would be changed, more than half of them"
            }
        return cause + ". Are --postgres, --redis and --key-prefix the same platform's? If all of it is meant, give "
            + "--yes-change \(wanted)"
    }
}

extension EventPlan {
    /// Whether it changes counts that Redis has.
    var changesCounts: Bool {
        counts.contains { $0.before != .absent }
    }
}
