import HoldModel
import RedisStore

/// Tokens of Redis that no event of SQL accounts for: index members without a hash, zombies, keys that are no holds,
/// holds of events that SQL does not have. They belong to no category's counts, so each is judged for itself.
struct StrayHolds: Sendable {
    let store: HoldStore
    /// `nil` where nothing is to be written.
    let repairs: HoldRepairs?
    let settings: RunSettings

    func settle(_ tokens: [HoldToken], _ tally: inout RunTally) async throws {
        for start in stride(from: 0, to: tokens.count, by: 1000) {
            let batch = Array(tokens[start..<min(start + 1000, tokens.count)])
            try await settleBatch(batch, &tally)
        }
    }

    private func settleBatch(_ tokens: [HoldToken], _ tally: inout RunTally) async throws {
        let now = try await store.time()
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: tokens)
        let surveys = try await store.survey([request]).flatMap(\.holds)
        tally.scanned.count(surveys)
        let plans = surveys.map { StrayPlan($0, policy: settings.policy, now: now) }
        for plan in plans where plan.change == nil { record(plan, as: .found, &tally) }
        let changing = plans.filter { $0.change != nil }
        guard let repairs else {
            for plan in changing { record(plan, as: .found, &tally) }
            return
        }
        try await repairs.apply(changing.compactMap(\.change)) { outcomes in
            for (plan, became) in zip(changing, outcomes) {
                if case .moved = became { tally.moved += 1 }
                if let outcome = FindingOutcome(became) { record(plan, as: outcome, &tally) }
            }
        }
    }

    private func record(_ plan: StrayPlan, as outcome: FindingOutcome, _ tally: inout RunTally) {
        for var finding in plan.findings {
            if finding.outcome == .found { finding.outcome = outcome }
            tally.record(finding)
        }
    }
}
