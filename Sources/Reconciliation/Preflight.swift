import HoldModel
import PostgresSource
import RedisStore

/// Asks, before anything is judged, whether the two servers are about the same deployment: with a wrong prefix every
/// category looks lost, and a repair would build a second platform beside the first.
struct Preflight: Sendable {
    let source: PostgresSource
    let store: HoldStore
    let settings: RunSettings

    /// - Throws: ``RunRefusal/nothingToLookAt(_:)`` where the prefix leads to nothing and another one does not.
    func check() async throws {
        if settings.force { return }
        guard try await store.indexType() == "none", try await !firstCategoriesAreServed(),
            let other = try await store.platformKeyUnderAnotherPrefix()
        else { return }
        let prefix =
            store.keys.prefix.isEmpty ? "without a prefix" : "under the prefix '\(printable(store.keys.prefix))'"
        throw RunRefusal.nothingToLookAt(
            "Redis has nothing \(prefix), but it has '\(printable(other))': check --key-prefix (REDIS_KEY_PREFIX), "
                + "or give --force if this deployment's keys were lost and others share the server")
    }

    private func firstCategoriesAreServed() async throws -> Bool {
        var walk = try await PageWalk(source, events: settings.events, pageSize: 50)
        guard let events = try await walk.next() else { return false }
        let page = try await source.snapshot(of: events, tokens: events.map { _ in [] })
        let requests = page.events.map {
            SurveyRequest(event: $0.event, categories: $0.categories.map(\.id), tokens: [])
        }
        return try await store.survey(requests).contains { $0.inventory.contains { $0 != .absent } }
    }
}
