package import HoldModel
import PostgresSource
package import RedisStore

/// A look at one event: what both servers show, and the plan that follows.
package struct EventLook: Sendable {
    let snapshot: EventSnapshot
    let request: SurveyRequest
    let survey: EventSurvey
    package let plan: EventPlan
    /// Redis' clock at the survey.
    let now: Timestamp
    /// The instant by which the plan judges: ``now``, or that of an earlier look that this one has to confirm.
    let judgedAt: Timestamp

    /// - Parameters:
    ///   - request: the request that the survey has answered.
    ///   - now: Redis' clock at the survey.
    ///   - instant: the instant by which to judge, where it is another.
    package init(
        _ snapshot: EventSnapshot, _ request: SurveyRequest, _ survey: EventSurvey, _ policy: Policy, now: Timestamp,
        judgedAt instant: Timestamp? = nil
    ) {
        self.snapshot = snapshot
        self.request = request
        self.survey = survey
        self.now = now
        judgedAt = instant ?? now
        plan = EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: judgedAt)
    }

    /// Returns the look, judged as of another instant.
    func judged(asOf instant: Timestamp, by policy: Policy) -> EventLook {
        if judgedAt == instant { return self }
        return EventLook(snapshot, request, survey, policy, now: now, judgedAt: instant)
    }

    /// Returns the part of the plan that may be written at once: nothing of it puts seats on sale.
    func tightened(by policy: Policy) -> EventPlan {
        var policy = policy
        policy.tightensOnly = true
        return EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: judgedAt)
    }

    /// Returns the whole plan, although the run may only tighten.
    func whole(by policy: Policy) -> EventPlan {
        var policy = policy
        policy.tightensOnly = false
        return EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: judgedAt)
    }

    /// Whether an order may be abandoned by evidence that was not read yet.
    func needsAnswers(_ policy: Policy) -> Bool {
        snapshot.orders.contains { $0.needsAnswers(now: judgedAt, policy: policy) }
    }
}

/// The looks at one page.
struct PageLook: Sendable {
    let events: [EventLook]
    let clock: SnapshotClock
}

/// The result of a glance, the cheap first look, at one event of a page.
enum GlancedEvent: Sendable {
    /// Redis shows what the rows at this index say. The values are the number of holds by status, the scores that the
    /// index must have, and the seats that carts must explain.
    case agrees(Int, holds: [HoldStatus: Int], scores: [GlancedScore], unexplained: UnexplainedSeats)
    /// Redis has no key of the event at this index, and its rows alone say what to write. `tokens` are those of its orders.
    case absent(Int, tokens: [HoldToken])
    /// A plan must say what differs. `strangers` are those of its tokens that may belong to another event, where the
    /// scope asks.
    case look(EventLook, strangers: [HoldToken])
}

extension GlancedEvent {
    /// Makes the result of an event that was read by its rows; `nil` where a plan must say what differs.
    init?(_ place: Int, _ answer: GlanceAnswer, of table: SnapshotTable, _ agreement: EventAgreement) {
        switch answer {
        case .agrees(let holds, let scores, let unexplained):
            self = .agrees(place, holds: holds, scores: scores, unexplained: unexplained)
        case .shows(let request, let glance) where agreement.isOfNothing(glance.survey, place, of: table):
            self = .absent(place, tokens: request.tokens)
        case .shows: return nil
        }
    }
}

/// Looks at events: SQL in one snapshot, then Redis, then the plan.
struct EventLooker: Sendable {
    let source: PostgresSource
    let store: HoldStore
    var policy: Policy

    /// Looks at events at one instant each, in a snapshot of their own.
    ///
    /// - Parameter tokens: for each event, the tokens that the census has.
    func look(at events: [EventID], tokens: [[HoldToken]]) async throws -> PageLook {
        try await look(beside: try await source.snapshot(of: events, tokens: tokens), tokens: tokens)
    }

    /// Looks at Redis beside a page of SQL, at each event at one instant.
    func look(beside page: EventPage, tokens: [[HoldToken]]) async throws -> PageLook {
        let requests = zip(page.events, tokens).map { SurveyRequest(beside: $0, tokens: $1) }
        return PageLook(
            events: try await survey(zip(page.events, requests).map { ($0, $1) }), clock: page.clock)
    }

    /// Looks at Redis beside what SQL has told, key by key: what differs is a suspicion.
    ///
    /// - Parameter scope: whether strangers are to be told.
    func glance(
        beside page: EventPage, tokens: [[HoldToken]], telling scope: GlanceScope
    ) async throws -> [GlancedEvent] {
        if page.detail == .brief { return try await glance(besideBrief: page, tokens: tokens, telling: scope) }
        let subjects = tokens.indices.map { place in
            // A purge closes holds that agree with the rows.
            policy.holds == .rebuild && page.isPlain(at: place) && tokens[place].isEmpty
                ? GlanceSubject.rows(place)
                : .request(SurveyRequest(beside: page.snapshot(at: place), tokens: tokens[place]))
        }
        let now = try await store.time()
        let agreement = EventAgreement(policy: policy, now: now)
        let answers = try await store.glance(subjects, of: page.table, agreement, telling: scope)
        return answers.enumerated().map { place, answer in
            if case .rows = subjects[place], let event = GlancedEvent(place, answer, of: page.table, agreement) {
                return event
            }
            guard case .shows(let request, let glance) = answer else { preconditionFailure("a request that agrees") }
            return .look(look(page.snapshot(at: place), request, glance.survey, now), strangers: glance.strangers)
        }
    }

    /// Returns the look at an event of which Redis has nothing, without asking: the fences of the repair prove it.
    func lookAtNothing(beside snapshot: EventSnapshot, now: Timestamp) -> EventLook {
        let request = SurveyRequest(beside: snapshot, tokens: [])
        return look(snapshot, request, EventSurvey(ofNothing: request), now)
    }

    /// Looks at Redis again, beside the same snapshots and as of the same instants.
    func lookAgain(_ looks: [EventLook]) async throws -> [EventLook] {
        zip(looks, try await survey(looks.map { ($0.snapshot, $0.request) })).map {
            $1.judged(asOf: $0.judgedAt, by: policy)
        }
    }

    /// Reads only the inventory hashes of events, the beginning of a stable look.
    func inventory(of events: [EventID]) async throws -> [EventID: [InventoryState]] {
        let categories = try await source.categories(of: events)
        let surveys = try await store.survey(
            zip(events, categories).map { SurveyRequest(event: $0, categories: $1.map(\.id), tokens: []) })
        return Dictionary(zip(events, surveys.map(\.inventory)), uniquingKeysWith: { first, _ in first })
    }

    private func survey(_ asked: [(EventSnapshot, SurveyRequest)]) async throws -> [EventLook] {
        let now = try await store.time()
        let surveys = try await store.survey(asked.map(\.1))
        return zip(asked, surveys).map { look($0.0, $0.1, $1, now) }
    }

    private func look(
        _ snapshot: EventSnapshot, _ request: SurveyRequest, _ survey: EventSurvey, _ now: Timestamp
    ) -> EventLook {
        EventLook(snapshot, request, survey, policy, now: now)
    }
}

extension EventSurvey {
    /// Makes the survey of an event of which Redis has no key.
    fileprivate init(ofNothing request: SurveyRequest) {
        self.init(
            inventory: request.categories.map { _ in .absent },
            holds: request.tokens.map { HoldSurvey(token: $0, state: .absent, fence: .absent, score: .noMember) })
    }
}
