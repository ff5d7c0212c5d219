package import HoldModel

/// Reads what SQL says of a page of events at one instant.
extension PostgresSource {
    /// Runs `body` with a reader of pages, and closes its connections.
    ///
    /// - Parameters:
    ///   - detail: the detail of the pages, until ``PageReader/readWhole()`` is called.
    ///   - keepsWindows: whether each page knows the others of its window, so that all are kept as long as one is.
    ///   - bounds: the bounds of each snapshot.
    ///   - now: the clock by which the pace of the walk is measured.
    package nonisolated func withPageReader<Value: Sendable>(
        detail: PageDetail = .whole, keepsWindows: Bool = false, bounds: WindowBounds = .looking,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        _ body: (PageReader) async throws -> Value
    ) async throws -> Value {
        let reader = PageReader(settings, mark, detail: detail, keepsWindows: keepsWindows, bounds: bounds, now: now)
        do {
            let value = try await body(reader)
            await reader.close()
            return value
        } catch {
            await reader.close()
            throw error
        }
    }

    /// Whether ``PageDetail/brief`` pages show every event with unusable rows. That depends on the types of the
    /// columns.
    package func canBeBrief() async throws -> Bool {
        try await query { handle in try handle.run(.briefCheck).text(0, 0) == "t" }
    }

    /// Reads events in one snapshot: their categories, their open orders, and the orders of the tokens that Redis has.
    ///
    /// - Parameters:
    ///   - events: the events of the page; each id once.
    ///   - tokens: for each event of the page, the tokens that the census has.
    package func snapshot(of events: [EventID], tokens: [[HoldToken]]) async throws -> EventPage {
        try await query { handle in
            try handle.inSnapshot { clock in
                var page = EventPageAssembly(events)
                try page.readRows(of: events, handle)
                try page.addWhatIsMissing(handle, tokens: tokens)
                return page.page(tokens: tokens, clock: clock)
            }
        }
    }

    /// Whether nothing has been committed since a snapshot, so that it shows what is there now.
    package func isCurrent(_ clock: SnapshotClock) async throws -> Bool {
        try await query { handle in
            let now = try handle.optional([.visible]).told[0]
            return now != nil && now == clock.visible
        }
    }

    /// Completes a page of a walk from a snapshot of its own: with the orders of tokens that Redis has, and the tickets
    /// of orders without items.
    ///
    /// - Parameter tokens: for each event of the page, the tokens that the census has.
    package func completing(_ page: EventPage, tokens: [[HoldToken]]) async throws -> EventPage {
        precondition(page.detail == .whole)
        if page.isComplete, tokens.allSatisfy(\.isEmpty) { return page }
        return try await query { handle in
            try handle.inSnapshot { _ in
                var assembly = EventPageAssembly(page.table)
                try assembly.addWhatIsMissing(handle, tokens: tokens)
                return assembly.page(tokens: tokens, clock: page.clock).replacing(page)
            }
        }
    }
}
