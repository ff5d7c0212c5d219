package import HoldModel

/// What SQL says of a page of events at one instant.
extension PostgresSource {
    /// Runs `body` with a reader of pages, and closes its connections.
    ///
    /// - Parameters:
    ///   - detail: of the pages, until ``PageReader/readWhole()`` is called.
    ///   - keepsWindows: whether each page is to know those that it was read together with, so that all of them are kept
    ///     while one of them is.
    ///   - bounds: of each snapshot.
    ///   - now: the clock that tells how long pages take.
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

    /// Whether pages that are ``PageDetail/brief`` tell every event whose rows cannot be used, as the columns' types say.
    package func canBeBrief() async throws -> Bool {
        try await query { handle in try handle.run(.briefCheck).text(0, 0) == "t" }
    }

    /// One snapshot of the events: their categories, their open orders, and the orders of the tokens that Redis knows.
    ///
    /// - Parameters:
    ///   - events: the page; each id once.
    ///   - tokens: for each event of the page, the tokens that the census knows for it.
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

    /// A page of a walk with what its rows do not tell, in a snapshot of its own: the orders of tokens that Redis knows,
    /// and the tickets of orders without items.
    ///
    /// - Parameter tokens: for each event of the page, the tokens that the census knows for it.
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
