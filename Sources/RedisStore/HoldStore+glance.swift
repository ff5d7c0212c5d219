package import HoldModel
import Synchronization

/// Whether this run reads with plain commands where one instant is not needed.
final class PlainReads: Sendable {
    private let areAllowed = Mutex(true)

    var current: Bool {
        areAllowed.withLock { $0 }
    }

    func giveUp() {
        areAllowed.withLock { $0 = false }
    }
}

/// What a glance tells of holds.
package enum GlanceScope: Sendable {
    /// What a survey tells.
    case itself
    /// Which of them may be another event's, as well.
    case otherEvents
}

/// What a glance shows of one event.
package struct Glance: Sendable {
    package let survey: EventSurvey
    /// Where that is told: holds that may be another event's, since their hash names one, or none.
    package let strangers: [HoldToken]
}

extension HoldStore {
    /// What a survey tells, but key by key, not at one instant: what changes meanwhile may look torn. It costs Redis a
    /// third of a survey, and is all that a first look takes, whose differences are suspicions (design section 4, step 5).
    ///
    /// Events with a key that plain commands cannot tell apart are surveyed; so are all where the server has no `ZMSCORE`
    /// (before 6.2) or the user may not run it.
    package func glance(_ requests: [SurveyRequest], telling scope: GlanceScope = .itself) async throws -> [Glance] {
        guard plainReads.current else { return try await surveyed(requests, telling: scope) }
        do {
            return try await glanced(requests, telling: scope)
        } catch GlanceReading.Unreadable.refused(let message)
            where message.hasPrefix("NOPERM") || message.hasPrefix("ERR unknown command")
        {
            plainReads.giveUp()
            return try await surveyed(requests, telling: scope)
        } catch GlanceReading.Unreadable.refused(let message) {
            throw connection.refused("the first look at a page (HMGET, ZMSCORE, EXISTS)", message)
        } catch GlanceReading.Unreadable.unexpected {
            throw connection.unexpected("HMGET, ZMSCORE or EXISTS")
        }
    }

    private func glanced(_ requests: [SurveyRequest], telling scope: GlanceScope) async throws -> [Glance] {
        var packing = GlancePacking(keys: keys, scope: scope)
        for request in requests { packing.add(request) }
        var reading = GlanceReading(try await connection.replies(to: packing.sequences), keys: keys, scope: scope)
        var events: [GlanceReading.Event] = []
        events.reserveCapacity(requests.count)
        for request in requests { events.append(try reading.next(request)) }
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

    private func surveyed(_ requests: [SurveyRequest], telling scope: GlanceScope) async throws -> [Glance] {
        let surveys = try await survey(requests)
        guard scope == .otherEvents else { return surveys.map { Glance(survey: $0, strangers: []) } }
        let there = surveys.map { $0.holds.filter { $0.state != .absent }.map(\.token) }
        var places = try await self.places(of: Array(there.joined()))[...]
        return zip(zip(requests, surveys), there).map { asked, tokens in
            let own = HoldPlace.events([asked.0.event])
            let strangers = zip(tokens, places).filter { $1 != own }.map(\.0)
            places = places.dropFirst(tokens.count)
            return Glance(survey: asked.1, strangers: strangers)
        }
    }

    /// A key without the fields that were asked for is absent, or its event needs a survey.
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
