import HoldModel

/// How many of the connections that a command takes it can get.
package struct PostgresConnections: Sendable {
    /// The source's own, and one for each lane of a ``PageReader``.
    package static let wanted = 3

    package let had: Int
    /// The server's reason for refusing the next one; `nil` where it gave all.
    package let refusal: String?

    package init(had: Int, refusal: String?) {
        self.had = had
        self.refusal = refusal
    }
}

/// Tries for `doctor` what a run needs, so that no run is the first to find out.
extension PostgresSource {
    /// How many events are read.
    private static let events = 50

    /// Makes the queries of a run for the first events. They show what is wrong with columns and their types,
    /// privileges, and rows that cannot be read.
    ///
    /// - Returns: what went wrong, a line each; empty where all is well.
    package func rehearse() async throws -> [String] {
        do {
            try await expectAllRows()
        } catch let error as PostgresError {
            // All other queries would fail in the same way.
            return [error.description]
        }
        var problems: [String] = []
        var ids: [EventID] = []
        var tokens: [HoldToken] = []
        try await attempt(&problems) { ids = try await events(after: nil, limit: Self.events) }
        // Types are compared even where there is no row.
        if ids.isEmpty { ids = [EventID("doctor")] }
        try await attempt(&problems) { _ = try await existingEvents(ids) }
        try await attempt(&problems) { _ = try await eventCount() }
        try await attempt(&problems) {
            let page = try await snapshot(of: ids, tokens: ids.map { _ in [] })
            tokens = page.events.flatMap { $0.orders.prefix(10).map(\.token) }
        }
        try await attempt(&problems) { _ = try await orders(of: tokens + [HoldToken("doctor")]) }
        try await attempt(&problems) { _ = try await openOrders(of: ids, after: nil, limit: 1) }
        try await attempt(&problems) { _ = try await waitingCheckouts(Policy()) }
        try await attempt(&problems) { _ = try await categoriesExist(ids.map { ($0, CategoryID("doctor")) }) }
        try await attempt(&problems) {
            try await query { handle in _ = try handle.run(.orderTickets, [.textArray([Array("doctor".utf8)])]) }
        }
        try await attempt(&problems) {
            guard try await canBeBrief() else { return }
            try await withPageReader(detail: .brief) { reader in
                _ = try await reader.page(of: ids[...], limit: Self.events, age: .seconds(60))
            }
        }
        return problems
    }

    /// Connects as often as a command does, and begins a transaction on each.
    package func connections() async throws -> PostgresConnections {
        try await query { handle in
            var open = [handle]
            do {
                while open.count < PostgresConnections.wanted {
                    let next = try ConnectionHandle(settings, mark)
                    _ = try next.optional([])
                    open.append(next)
                }
            } catch let error as PostgresError {
                return PostgresConnections(had: open.count, refusal: error.description)
            }
            return PostgresConnections(had: open.count, refusal: nil)
        }
    }

    private func attempt(_ problems: inout [String], _ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as PostgresError {
            // Queries share columns, and one error about a column is enough.
            if !problems.contains(error.description) { problems.append(error.description) }
        }
    }
}
