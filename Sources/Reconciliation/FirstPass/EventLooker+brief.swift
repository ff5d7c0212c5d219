import HoldModel
import PostgresSource
import RedisStore

extension EventLooker {
    /// Glances at Redis beside brief rows, which are enough for events that agree or that Redis has nothing of, and looks
    /// at the others again beside their whole rows.
    func glance(
        besideBrief page: EventPage, tokens: [[HoldToken]], telling scope: GlanceScope
    ) async throws -> [GlancedEvent] {
        var glanced: [GlancedEvent] = []
        var open = tokens.indices.filter { !page.isPlain(at: $0) || !tokens[$0].isEmpty }
        let plain = tokens.indices.filter { page.isPlain(at: $0) && tokens[$0].isEmpty }
        let agreement = EventAgreement(policy: policy, now: try await store.time())
        let answers = try await store.glance(plain.map { .rows($0) }, of: page.table, agreement, telling: scope)
        for (place, answer) in zip(plain, answers) {
            if let event = GlancedEvent(place, answer, of: page.table, agreement) {
                glanced.append(event)
            } else {
                open.append(place)
            }
        }
        if open.isEmpty { return glanced }
        let (events, known) = (open.map { page.event(at: $0) }, open.map { tokens[$0] })
        let whole = try await source.snapshot(of: events, tokens: known)
        return glanced + (try await glance(beside: whole, tokens: known, telling: scope))
    }
}
