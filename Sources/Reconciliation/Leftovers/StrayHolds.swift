import ChangeFiles
import HoldModel
import PostgresSource
import RedisStore

/// Settles strays: tokens in Redis that belong to no event of SQL, such as index members without a hash, zombies, keys
/// that are no holds, and holds of events that SQL does not have. No category's counts include them, so each is judged
/// by itself.
///
/// None is judged without its order: where SQL has one, the token belongs to the order's event after all.
struct StrayHolds: Sendable {
    let source: PostgresSource
    let store: HoldStore
    /// `nil` where nothing may be written.
    let repairs: HoldRepairs?
    let settings: RunSettings
    let disputes: DisputedCategories

    /// Notes the categories named by holds that will not be ended here: none of them may go on sale in another event.
    func note(_ tokens: [HoldToken]) async throws {
        for start in stride(from: 0, to: tokens.count, by: 1000) {
            let batch = Array(tokens[start..<min(start + 1000, tokens.count)])
            let request = SurveyRequest(event: EventID(""), categories: [], tokens: batch)
            for hold in try await store.survey([request]).flatMap(\.holds) { note(hold) }
        }
    }

    private func note(_ hold: HoldSurvey) {
        guard case .whole(let whole) = hold.state, whole.status.isActive else { return }
        for line in whole.lines { disputes.take(line.category, named: "holds:\(hold.token)", in: whole.event) }
    }

    /// Settles tokens that belong to no event.
    ///
    /// - Returns: the events that orders of these tokens name, to be looked at with them.
    func settle(_ tokens: [HoldToken], _ tally: inout RunTally) async throws -> [Suspect] {
        let began = ContinuousClock.now
        var found = Found()
        try await settle(
            tokens, isProved: repairs == nil && !settings.course.isByItem || settings.traffic == .stopped, &found,
            &tally)
        if let note = found.foreign.note("under holds: that are no holds") { tally.record(note) }
        let waiting = found.waiting
        guard !waiting.isEmpty else { return found.suspects }
        // Ending a hold takes two looks, as for any other hold.
        try await settings.stop.sleep(until: began + settings.releaseAfter)
        found.waiting = []
        guard settings.stop.cause == nil else {
            tally.record(
                Finding(
                    .unsettled, event: nil, detail: "\(waiting.count) holds of no event, not looked at again",
                    outcome: .deferred))
            return found.suspects
        }
        try await settle(waiting, isProved: true, &found, &tally)
        return found.suspects
    }

    private struct Found {
        var tokensByEvent: [EventID: [HoldToken]] = [:]
        /// Holds that must be looked at again before they are ended.
        var waiting: [HoldToken] = []
        var foreign = ForeignKeys()

        var suspects: [Suspect] {
            tokensByEvent.sorted { $0.key < $1.key }.map { event, tokens in
                var suspect = Suspect(event: event, tokens: tokens)
                suspect.look.needsKeyspace = true
                return suspect
            }
        }
    }

    private func settle(
        _ tokens: [HoldToken], isProved: Bool, _ found: inout Found, _ tally: inout RunTally
    ) async throws {
        for start in stride(from: 0, to: tokens.count, by: 1000) {
            let batch = Array(tokens[start..<min(start + 1000, tokens.count)])
            try await settleBatch(batch, isProved: isProved, &found, &tally)
        }
    }

    private func settleBatch(
        _ tokens: [HoldToken], isProved: Bool, _ found: inout Found, _ tally: inout RunTally
    ) async throws {
        // The clock is read before the orders, so a payment before the expiry is in what SQL says.
        let now = try await store.time()
        let orders = try await source.orders(byTokenOf: tokens)
        let events = Set(try await source.existingEvents(Array(Set(orders.values.map(\.event)))))
        var strays: [HoldToken] = []
        for token in tokens {
            if let order = orders[token], events.contains(order.event) {
                // The walk over SQL has looked at open orders with their event.
                if order.status?.isOpen ?? true { continue }
                found.tokensByEvent[order.event, default: []].append(token)
            } else {
                strays.append(token)
            }
        }
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: strays)
        let surveys = try await store.survey([request]).flatMap(\.holds)
        var changing: [StrayPlan] = []
        for hold in surveys {
            let plan = StrayPlan(hold, order: orders[hold.token], policy: settings.policy, now: now)
            if !isProved, plan.change?.closesHold ?? false {
                found.waiting.append(hold.token)
                continue
            }
            if plan.foreign != nil { found.foreign.add(store.keys.hold(hold.token)) }
            tally.scanned.count([hold])
            if plan.change == nil { note(hold) }
            if let change = plan.change, try !isDirected(change, plan, &tally) { continue }
            if plan.change == nil || repairs == nil { record(plan, as: .found, &tally) } else { changing.append(plan) }
        }
        guard let repairs else { return }
        try await repairs.apply(changing.compactMap(\.change)) { outcomes in
            for (plan, became) in zip(changing, outcomes) {
                if let outcome = FindingOutcome(became) { record(plan, as: outcome, &tally) }
            }
        }
    }

    /// Whether a change is to be written, or told as what would be written; it is recorded where it is not.
    private func isDirected(_ change: HoldChange, _ plan: StrayPlan, _ tally: inout RunTally) throws -> Bool {
        switch try settings.course.ruling(on: PlannedItem(change), why: plan.findings) {
        case .go, .noted: return true
        case .beside:
            tally.beside += 1
            return false
        case .moved:
            tally.moved += 1
            record(plan, as: .moved, &tally)
            return false
        }
    }

    private func record(_ plan: StrayPlan, as outcome: FindingOutcome, _ tally: inout RunTally) {
        for var finding in plan.findings {
            if finding.outcome == .found { finding.outcome = outcome }
            tally.record(finding)
        }
    }
}
