package import HoldModel
import Synchronization

/// Remembers whether this run reads with plain commands where one instant is not needed.
final class PlainReads: Sendable {
    private let areAllowed = Mutex(true)

    var current: Bool {
        areAllowed.withLock { $0 }
    }

    func giveUp() {
        areAllowed.withLock { $0 = false }
    }
}

/// An event to glance at.
package enum GlanceSubject: Sendable {
    /// The event at this index of a table. Its rows are plain, and all its keys follow from them.
    case rows(Int)
    case request(SurveyRequest)
}

/// The keys of one event as a glance shows them.
package struct Glance: Sendable {
    package let survey: EventSurvey
    /// Holds that may belong to another event, since their hash names another one or none; empty where the scope does
    /// not ask.
    package let strangers: [HoldToken]
}

/// The result of a glance at one event.
package enum GlanceAnswer: Sendable {
    /// Redis shows what the rows say. Only an event that was read by its rows has this result.
    ///
    /// - Parameters:
    ///   - scores: the score of each order's token that a walk of the index must show, where such a walk compares them.
    ///   - unexplained: the seats that the event's carts must explain, where such a walk reads these.
    case agrees(holds: [HoldStatus: Int], scores: [GlancedScore], unexplained: UnexplainedSeats)
    case shows(SurveyRequest, Glance)
}

extension HoldStore {
    /// Glances at events: reads what a survey reads, but key by key, not at one instant. An event that changes
    /// meanwhile may look inconsistent. It costs Redis a third of a survey, and is enough for a first look, whose
    /// differences are suspicions (design section 4, step 5).
    ///
    /// Events with a key that plain commands cannot classify are surveyed; so are all events where the server has no
    /// `ZMSCORE` (before 6.2) or the user may not run it.
    ///
    /// - Parameters:
    ///   - table: the table of the subjects that are rows.
    ///   - agreement: judges those subjects.
    package func glance(
        _ subjects: [GlanceSubject], of table: SnapshotTable, _ agreement: EventAgreement,
        telling scope: GlanceScope = .itself
    ) async throws -> [GlanceAnswer] {
        let all = { subjects.map { $0.request(table) } }
        guard plainReads.current else { return try await answers(all(), telling: scope) }
        do {
            return try await glanced(subjects, table, agreement, telling: scope)
        } catch GlanceReading.Unreadable.refused(let message)
            where message.hasPrefix("NOPERM") || message.hasPrefix("ERR unknown command")
        {
            plainReads.giveUp()
            return try await answers(all(), telling: scope)
        } catch GlanceReading.Unreadable.refused(let message) {
            throw connection.refused("the first look at a page (HMGET, ZMSCORE, EXISTS)", message)
        } catch GlanceReading.Unreadable.unexpected {
            throw connection.unexpected("HMGET, ZMSCORE or EXISTS")
        }
    }

    private func glanced(
        _ subjects: [GlanceSubject], _ table: SnapshotTable, _ agreement: EventAgreement,
        telling scope: GlanceScope
    ) async throws -> [GlanceAnswer] {
        var packing = GlancePacking(keys: keys, scope: scope)
        for subject in subjects {
            switch subject {
            case .rows(let event): packing.add(event, of: table)
            case .request(let request): packing.add(request)
            }
        }
        var reading = GlanceReading(try await connection.replies(to: packing.sequences), keys: keys, scope: scope)
        var agreement = agreement
        var answers: [GlanceAnswer?] = []
        answers.reserveCapacity(subjects.count)
        var open: [OpenEvent] = []
        for (position, subject) in subjects.enumerated() {
            let place = reading.place
            if case .rows(let event) = subject, reading.agrees(with: event, of: table, &agreement) {
                answers.append(
                    .agrees(holds: agreement.holds, scores: reading.scores, unexplained: reading.unexplained))
                if !reading.scores.contains(.noMember) { continue }
                open.append(OpenEvent(position, place, subject.request(table), scores: reading.scores))
            } else {
                let request = subject.request(table)
                answers.append(nil)
                open.append(OpenEvent(position, place, request))
                reading.skip(request)
            }
        }
        if scope == .besideIndex { try await askForScores(of: &open) }
        var events: [GlanceReading.Event] = []
        for event in open where !event.isOver {
            reading.go(to: event.place)
            var shown = try reading.next(event.request, scores: event.scores)
            if shown.holds.contains(where: agreement.leavesOpen) { shown.isDoubtful = true }
            events.append(shown)
        }
        let requests = open.filter { !$0.isOver }
        for (event, glance) in zip(requests, try await settled(events, requests.map(\.request), telling: scope)) {
            answers[event.position] = .shows(event.request, glance)
        }
        return answers.compactMap { $0 }
    }

    /// Asks for the index members of open events, which must be known now.
    private func askForScores(of open: inout [OpenEvent]) async throws {
        if open.isEmpty { return }
        var packing = GlancePacking(keys: keys)
        for event in open {
            packing.addScores(of: event.request.tokens)
            // A key without these fields may exist all the same.
            packing.addExistence(of: event.absent.map { keys.hold($0) })
        }
        var reading = GlanceReading(try await connection.replies(to: packing.sequences), keys: keys)
        for position in open.indices {
            var isDoubtful = false
            let scores = try reading.scores(open[position].request.tokens.count, &isDoubtful)
            let areAbsent = try reading.areAbsent(open[position].absent.map { keys.hold($0) })
            open[position].take(scores, agrees: areAbsent && !isDoubtful)
        }
    }

    /// Settles the events that plain commands have left open.
    private func settled(
        _ events: [GlanceReading.Event], _ requests: [SurveyRequest], telling scope: GlanceScope
    ) async throws -> [Glance] {
        var events = events
        try await settleBareKeys(&events)
        var glances = events.map {
            Glance(survey: EventSurvey(inventory: $0.inventory, holds: $0.holds), strangers: $0.strangers)
        }
        let doubtful = events.indices.filter { events[$0].isDoubtful }
        for (position, glance) in zip(doubtful, try await surveyed(doubtful.map { requests[$0] }, telling: scope)) {
            glances[position] = glance
        }
        return glances
    }

    private func answers(_ requests: [SurveyRequest], telling scope: GlanceScope) async throws -> [GlanceAnswer] {
        zip(requests, try await surveyed(requests, telling: scope)).map { .shows($0, $1) }
    }

    private func surveyed(_ requests: [SurveyRequest], telling scope: GlanceScope) async throws -> [Glance] {
        let surveys = try await survey(requests)
        guard scope == .besideIndex else { return surveys.map { Glance(survey: $0, strangers: []) } }
        let there = surveys.map { $0.holds.filter { $0.state != .absent }.map(\.token) }
        var places = try await self.places(of: Array(there.joined()))[...]
        return zip(zip(requests, surveys), there).map { asked, tokens in
            let own = HoldPlace.events([asked.0.event])
            let strangers = zip(tokens, places).filter { $1 != own }.map(\.0)
            places = places.dropFirst(tokens.count)
            return Glance(survey: asked.1, strangers: strangers)
        }
    }

    /// Finds out whether keys without the fields are absent; if one is not, its event needs a survey.
    private func settleBareKeys(_ events: inout [GlanceReading.Event]) async throws {
        let open = events.indices.filter { !events[$0].bare.isEmpty && !events[$0].isDoubtful }
        if open.isEmpty { return }
        var packing = GlancePacking(keys: keys)
        for position in open { packing.addExistence(of: events[position].bare) }
        var reading = GlanceReading(try await connection.replies(to: packing.sequences), keys: keys)
        for position in open {
            events[position].isDoubtful = try !reading.areAbsent(events[position].bare)
        }
    }
}

extension GlanceSubject {
    /// Returns the request for the event, each token once.
    fileprivate func request(_ table: SnapshotTable) -> SurveyRequest {
        switch self {
        case .request(let request): return request
        case .rows(let event):
            let row = table.events[event]
            return SurveyRequest(
                event: table.identifier(row.id),
                categories: row.categories.map { table.identifier(table.categories[$0].id) },
                tokens: row.orders.map { table.identifier(table.orders[$0].token) })
        }
    }
}

/// An event that a glance has left open.
private struct OpenEvent {
    let position: Int
    /// The position at which its replies begin.
    let place: TapeReading.Place
    let request: SurveyRequest
    /// Tokens of holds that are over. The event agrees only if they have neither hash nor member.
    let absent: [HoldToken]
    private(set) var scores: [IndexScore]?
    /// Whether the event agrees after all.
    private(set) var isOver = false

    /// - Parameter scores: the scores that the members must have, for an event that agrees in all else.
    init(_ position: Int, _ place: TapeReading.Place, _ request: SurveyRequest, scores: [GlancedScore] = []) {
        self.position = position
        self.place = place
        self.request = request
        absent = zip(request.tokens, scores).filter { $1 == .noMember }.map(\.0)
    }

    /// - Parameter agrees: whether none of the tokens in ``absent`` has a hash.
    mutating func take(_ scores: [IndexScore], agrees: Bool) {
        self.scores = scores
        let gone = Set(absent)
        isOver =
            agrees && !absent.isEmpty
            && zip(request.tokens, scores).allSatisfy { $1 == .noMember || !gone.contains($0) }
    }
}
