import HoldModel
import PostgresSource

/// Ends a run that would change more than half of a platform's events, before its first write: more likely than such a drift is
/// that database, Redis or prefix are another platform's.
///
/// A Redis that has nothing at all is no such case: ``Preflight`` asks whether it is the right one, and all of it is written.
struct MassChangeGuard: Sendable {
    /// As many are never too many: a person reads them one by one.
    private static let few = 20

    let settings: RunSettings
    /// Of a run that only looks.
    let rounds: SuspectRounds

    /// Looks at suspects that are too many, as a run that writes nothing would.
    ///
    /// - Parameters:
    ///   - suspects: of the first pass.
    ///   - total: events that the run has looked at.
    /// - Returns: what that has found and why the run ends; `nil` where it may write.
    func objection(
        to suspects: [Suspect], of total: Int, _ census: Census
    ) async throws -> RunTally? {
        let agreed = settings.limits.agreedEvents
        let most = max(Self.few, total / 2, (agreed ?? 0) + (agreed ?? 0) / 10)
        // Whoever names events means them.
        guard settings.policy.holds == .rebuild, settings.events == nil, suspects.count > most else { return nil }
        var (census, found) = (census, RunTally(maxFindings: settings.maxFindings))
        try await rounds.settle(suspects, &census, &found)
        guard found.stoppedBecause == nil else { return found }
        guard found.differing > most else { return nil }
        found.stoppedBecause =
            "\(found.differing) of \(total) events would be changed, which is more than "
            + (agreed.map { "--yes-change \($0) agreed to" } ?? "half of them while Redis is not empty")
            + "; nothing was written. Are --postgres, --redis and --key-prefix the same platform's? If all of it is meant, "
            + "give --yes-change \(found.differing)"
        return found
    }
}
