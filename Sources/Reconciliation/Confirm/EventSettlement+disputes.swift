import HoldModel
import PostgresSource

/// What becomes of events whose categories are claimed by another's holds or orders; see ``DisputedCategories``.
extension EventSettlement {
    /// Refuses the events that would be written although a category of theirs is another's as well.
    ///
    /// - Returns: the others.
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

    /// Why an event may not be written, where another one's holds or orders name a category that SQL has here alone. Where it has
    /// an id in several events, the one is not the other's.
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

    /// Tells of refused events where SQL has the categories that their holds name.
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
