import HoldModel
import PostgresSource
import RedisStore

/// One event as both servers show it, and what follows.
struct EventLook: Sendable {
    let snapshot: EventSnapshot
    let request: SurveyRequest
    let survey: EventSurvey
    let plan: EventPlan
    /// Redis' clock at the survey.
    let now: Timestamp
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
        try await look(beside: try await source.snapshot(of: events, tokens: tokens), tokens: tokens)
    }

    /// Looks at Redis beside what SQL has told.
    func look(beside page: EventPage, tokens: [[HoldToken]]) async throws -> PageLook {
        let requests = zip(page.events, tokens).map { request(for: $0, tokens: $1) }
        return PageLook(
            events: try await survey(zip(page.events, requests).map { ($0, $1) }), clock: page.clock)
    }

    /// Presumes that Redis has nothing of the events, for a repair whose fences prove it.
    func lookAtNothing(beside page: EventPage) async throws -> PageLook {
        let now = try await store.time()
        let looks = page.events.map { snapshot in
            let request = request(for: snapshot, tokens: [])
            return look(snapshot, request, EventSurvey(ofNothing: request), now)
        }
        return PageLook(events: looks, clock: page.clock)
    }

    /// What must be asked of Redis beside a snapshot.
    func request(for snapshot: EventSnapshot, tokens: [HoldToken]) -> SurveyRequest {
        SurveyRequest(
            event: snapshot.event, categories: snapshot.categories.map(\.id),
            tokens: Self.union(snapshot.orders, tokens))
    }

    /// Looks at Redis again, beside snapshots that stand.
    func lookAgain(_ looks: [EventLook]) async throws -> [EventLook] {
        try await survey(looks.map { ($0.snapshot, $0.request) })
    }

    /// What of a look may be applied at once: nothing that puts seats on sale.
    func tightened(_ look: EventLook) -> EventPlan {
        var policy = policy
        policy.tightensOnly = true
        return EventPlan(snapshot: look.snapshot, survey: look.survey, policy: policy, now: look.now)
    }

    /// The plan of a look with nothing left out.
    func whole(_ look: EventLook) -> EventPlan {
        var policy = policy
        policy.tightensOnly = false
        return EventPlan(snapshot: look.snapshot, survey: look.survey, policy: policy, now: look.now)
    }

    /// The inventory hashes of events alone: the first half of a stable look.
    func inventory(of events: [EventID]) async throws -> [EventID: [InventoryState]] {
        let categories = try await source.categories(of: events)
        let surveys = try await store.survey(
            zip(events, categories).map { SurveyRequest(event: $0, categories: $1.map(\.id), tokens: []) })
        return Dictionary(uniqueKeysWithValues: zip(events, surveys.map(\.inventory)))
    }

    private func survey(_ asked: [(EventSnapshot, SurveyRequest)]) async throws -> [EventLook] {
        let now = try await store.time()
        let surveys = try await store.survey(asked.map(\.1))
        return zip(asked, surveys).map { look($0.0, $0.1, $1, now) }
    }

    private func look(
        _ snapshot: EventSnapshot, _ request: SurveyRequest, _ survey: EventSurvey, _ now: Timestamp
    ) -> EventLook {
        EventLook(
            snapshot: snapshot, request: request, survey: survey,
            plan: EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: now), now: now)
    }

    private static func union(_ orders: [Order], _ tokens: [HoldToken]) -> [HoldToken] {
        var all = orders.map(\.token).filter { !$0.bytes.isEmpty }
        let fromOrders = Set(all)
        all += tokens.filter { !fromOrders.contains($0) }
        return all
    }
}

extension EventSurvey {
    /// What a survey shows where Redis has no key that is asked for.
    fileprivate init(ofNothing request: SurveyRequest) {
        self.init(
            inventory: request.categories.map { _ in .absent },
            holds: request.tokens.map { HoldSurvey(token: $0, state: .absent, fence: .absent, score: .noMember) })
    }
}
