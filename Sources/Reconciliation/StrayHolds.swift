import HoldModel
import RedisStore

/// Tokens of Redis that no event of SQL accounts for: index members without a hash, zombies, keys that are no holds,
/// holds of events that SQL does not have. They belong to no category's counts, so each is judged for itself.
struct StrayHolds: Sendable {
    let store: HoldStore
    /// `nil` where nothing is to be written.
    let repairs: HoldRepairs?
    let settings: RunSettings

    func settle(_ tokens: [HoldToken]) async throws -> RunTally {
        var tally = RunTally(maxFindings: settings.maxFindings)
        for start in stride(from: 0, to: tokens.count, by: 1000) {
            let batch = Array(tokens[start..<min(start + 1000, tokens.count)])
            try await settleBatch(batch, &tally)
        }
        return tally
    }

    private func settleBatch(_ tokens: [HoldToken], _ tally: inout RunTally) async throws {
        let now = try await store.time()
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: tokens)
        let surveys = try await store.survey([request]).flatMap(\.holds)
        let plans = surveys.map { StrayPlan($0, policy: settings.policy, now: now) }
        let changes = plans.compactMap(\.change)
        let outcomes: [ApplyOutcome?] =
            if let repairs { try await repairs.apply(changes) } else { changes.map { _ in nil } }
        var outcome = outcomes.makeIterator()
        tally.scanned.holds += surveys.count { $0.state != .absent }
        for plan in plans {
            let became = plan.change == nil ? nil : outcome.next() ?? nil
            if case .moved = became { tally.moved += 1 }
            for var finding in plan.findings {
                switch became {
                case _ where finding.outcome != .found: break
                case nil: break
                case .applied: finding.outcome = .applied
                case .moved, .cut: finding.outcome = .moved
                }
                tally.record(finding)
            }
        }
    }
}
