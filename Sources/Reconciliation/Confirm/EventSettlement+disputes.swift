import HoldModel
import PostgresSource

/// Settles events whose categories another event's holds or orders claim; see ``DisputedCategories``.
extension EventSettlement {
    /// Refuses the events that would be written although another event claims one of their categories.
    ///
    /// - Returns: the events that were not refused.
    func refuseDisputed(
        _ differing: [(looked: Looked, conclusion: StableLook.Conclusion)], _ tally: inout RunTally
    ) async throws -> [(looked: Looked, conclusion: StableLook.Conclusion)] {
        var left: [(looked: Looked, conclusion: StableLook.Conclusion)] = []
        for subject in differing {
            let look = subject.looked.look
            guard let finding = try await dispute(over: look.snapshot) else {
                left.append(subject)
                continue
            }
            tally.refused += 1
            tally.record(look.plan, as: .refused)
            tally.record(finding)
        }
        return left
    }

    /// Returns why an event may not be written: another event's holds or orders name a category that SQL has here
    /// alone. Where SQL has the id in several events, each has a category of its own, and there is no dispute.
    func dispute(over snapshot: EventSnapshot) async throws -> Finding? {
        let claims = disputes.claims(on: snapshot.categories.lazy.map(\.id), of: snapshot.event)
        if claims.isEmpty { return nil }
        let places = try await looker.source.events(having: claims.keys.sorted())
        let homes = Dictionary(grouping: places, by: \.category)
        for (category, claim) in claims.sorted(by: { $0.key < $1.key }) where homes[category, default: []].count <= 1 {
            let other = claim.event.map { "event \($0)" } ?? "other events"
            return Finding(
                .malformed, event: snapshot.event, category: category,
                detail:
                    "\(claim.owner) of \(other) names category \(category), which SQL has in event \(snapshot.event): "
                    + "neither is written until that is over",
                outcome: .refused)
        }
        return nil
    }

    /// Reports, for refused events, where SQL has the categories that their holds name.
    func tellWhereMissingAre(of plans: [EventPlan], _ tally: inout RunTally) async throws {
        if plans.isEmpty { return }
        let wanted = Set(plans.flatMap { $0.missing.map(\.category) }).sorted()
        let places = Dictionary(grouping: try await looker.source.events(having: wanted), by: \.category)
        for plan in plans {
            for missing in plan.missing {
                guard let home = places[missing.category], home.count == 1, let event = home.first?.event else {
                    continue
                }
                tally.record(
                    Finding(
                        .malformed, event: plan.event, category: missing.category,
                        detail:
                            "\(missing.owner) of event \(plan.event) names category \(missing.category), which SQL has "
                            + "in event \(event): neither is written until that is over",
                        outcome: .refused))
            }
        }
    }
}
