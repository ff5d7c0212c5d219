import HoldModel
import PostgresSource
import RedisStore

/// One event as both servers show it, and what follows.
struct EventLook: Sendable {
    let snapshot: EventSnapshot
    let request: SurveyRequest
    let survey: EventSurvey
    let plan: EventPlan
}

/// The looks at one page.
struct PageLook: Sendable {
    let events: [EventLook]
    let clock: SnapshotClock
}

/// Looks at events: SQL in one snapshot, then Redis, then the plan.
struct EventLooker: Sendable {
    let source: PostgresSource
    let store: HoldStore
    let policy: Policy

    /// - Parameter tokens: for each event, what the census knows.
    func look(at events: [EventID], tokens: [[HoldToken]]) async throws -> PageLook {
        let page = try await source.snapshot(of: events, tokens: tokens)
        let requests = zip(page.events, tokens).map { snapshot, tokens in
            SurveyRequest(
                event: snapshot.event, categories: snapshot.categories.map(\.id),
                tokens: Self.union(snapshot.orders, tokens))
        }
        return PageLook(
            events: try await survey(zip(page.events, requests).map { ($0, $1) }), clock: page.clock)
    }

    /// Looks at Redis again, beside snapshots that stand.
    func lookAgain(_ looks: [EventLook]) async throws -> [EventLook] {
        try await survey(looks.map { ($0.snapshot, $0.request) })
    }

    /// The inventory hashes of events alone: the first half of a stable look.
    func inventory(of events: [EventID]) async throws -> [EventID: [InventoryState]] {
        let page = try await source.snapshot(of: events, tokens: events.map { _ in [] })
        let surveys = try await store.survey(
            page.events.map { SurveyRequest(event: $0.event, categories: $0.categories.map(\.id), tokens: []) })
        return Dictionary(uniqueKeysWithValues: zip(events, surveys.map(\.inventory)))
    }

    private func survey(_ asked: [(EventSnapshot, SurveyRequest)]) async throws -> [EventLook] {
        let now = try await store.time()
        let surveys = try await store.survey(asked.map(\.1))
        return zip(asked, surveys).map { asked, survey in
            EventLook(
                snapshot: asked.0, request: asked.1, survey: survey,
                plan: EventPlan(snapshot: asked.0, survey: survey, policy: policy, now: now))
        }
    }

    private static func union(_ orders: [Order], _ tokens: [HoldToken]) -> [HoldToken] {
        var all = orders.map(\.token).filter { !$0.bytes.isEmpty }
        let fromOrders = Set(all)
        all += tokens.filter { !fromOrders.contains($0) }
        return all
    }
}
