import HoldModel
package import PostgresSource
package import RedisStore

/// Checks, before anything is judged, that the two servers belong to the same deployment. With a wrong prefix every
/// category looks lost, and a repair would build a second platform beside the first.
package struct Preflight: Sendable {
    let source: PostgresSource
    let store: HoldStore
    let settings: RunSettings

    package init(source: PostgresSource, store: HoldStore, settings: RunSettings) {
        self.source = source
        self.store = store
        self.settings = settings
    }

    /// - Parameter evenIfIndexed: whether the first categories are asked for although Redis has an index.
    /// - Returns: warnings that people should read before they believe that everything is lost.
    /// - Throws: ``RunRefusal/nothingToLookAt(_:)`` where the prefix leads to nothing and another one does not, or SQL
    ///   does not have one of the events asked for; ``PostgresError/rowsHidden(target:tables:)``.
    package func check(evenIfIndexed: Bool = false) async throws -> [String] {
        try await source.expectAllRows()
        try await source.checkColumns()
        try await checkEvents()
        let prefix =
            store.keys.prefix.isEmpty ? "without a prefix" : "under the prefix '\(printable(store.keys.prefix))'"
        let hasIndex = try await store.indexType() != "none"
        if hasIndex, !evenIfIndexed { return [] }
        if try await firstCategoriesAreServed() { return [] }
        let warning =
            "Redis had \(hasIndex ? "none of" : "neither an index nor") the first categories' inventory \(prefix) when the "
            + "run began: if nothing was lost, --key-prefix, the database in --redis or that in --postgres is another's"
        guard !settings.force, !hasIndex, let other = try await store.platformKeyUnderAnotherPrefix() else {
            return [warning]
        }
        throw RunRefusal.nothingToLookAt(
            "Redis has nothing \(prefix), but it has '\(printable(other))': check --key-prefix (REDIS_KEY_PREFIX), "
                + "or give the run --force if this deployment's keys were lost and others share the server")
    }

    /// Checks that SQL has events. A database without any is another platform's, or hides its rows; beside it every
    /// hold would be without an order (design section 6.8).
    ///
    /// - Throws: ``RunRefusal/nothingToLookAt(_:)``, unless forced.
    package func expectEvents() async throws {
        if settings.force { return }
        guard try await source.eventCount() == 0 else { return }
        throw RunRefusal.nothingToLookAt(
            "SQL has no event: check the database and the search path in --postgres, and the role's rights to the rows; "
                + "nothing was looked at")
    }

    /// Checks that SQL has each event asked for: a mistyped one must not pass as clean because another one is.
    private func checkEvents() async throws {
        guard let asked = settings.events else { return }
        let missing = Set(asked).subtracting(try await source.existingEvents(asked)).sorted()
        guard !missing.isEmpty else { return }
        // An undo tells of each event that is gone; a database that has none of them is another one.
        if settings.policy.undoing != nil, missing.count < Set(asked).count { return }
        throw RunRefusal.nothingToLookAt(
            "SQL has no event \(missing.prefix(10).map { "'\($0)'" }.joined(separator: ", ")): check --event, and the "
                + "database in --postgres; nothing was looked at")
    }

    private func firstCategoriesAreServed() async throws -> Bool {
        var walk = try await PageWalk(source, events: settings.events, pageSize: 50, shard: .whole)
        guard let events = try await walk.nextPage() else { return false }
        let requests = zip(events, try await source.categories(of: events)).map {
            SurveyRequest(event: $0, categories: $1.map(\.id), tokens: [])
        }
        return try await store.survey(requests).contains { $0.inventory.contains { $0 != .absent } }
    }
}
