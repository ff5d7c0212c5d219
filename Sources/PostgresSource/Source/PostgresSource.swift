package import HoldModel

/// The platform's truth, read in read-only transactions on a connection and a thread of its own. Nothing is kept on the
/// connection from one transaction to the next, so it may be a pooler's.
///
/// Cancelling a task that waits for a query ends the query on the server.
package actor PostgresSource {
    private let executor: ThreadExecutor
    let settings: PostgresSettings
    let mark: ServerMark
    private var handle: ConnectionHandle?

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Connects, runs `body`, and closes.
    ///
    /// - Throws: ``PostgresError`` when the server cannot be reached, and whatever `body` throws.
    package static func withSource<Value: Sendable>(
        _ settings: PostgresSettings, _ body: (PostgresSource) async throws -> Value
    ) async throws -> Value {
        let source = PostgresSource(settings)
        try await source.connect()
        do {
            let value = try await body(source)
            await source.close()
            return value
        } catch {
            await source.close()
            throw error
        }
    }

    private init(_ settings: PostgresSettings) {
        executor = ThreadExecutor(label: "postgres")
        self.settings = settings
        mark = ServerMark(needsPrimary: settings.needsPrimary)
    }

    /// Connects, where that was not done yet, or the server has closed the connection while it rested.
    private func connect() throws {
        if handle?.hasEnded ?? true { handle = try ConnectionHandle(settings, mark) }
    }

    private func close() {
        handle = nil
    }

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

    /// The next events in byte order, each once, however many rows it has.
    ///
    /// - Parameters:
    ///   - last: the last id of the run before; `nil` at the start.
    ///   - limit: how many at most; fewer come only at the end.
    package func events(after last: EventID?, limit: Int) async throws -> [EventID] {
        try await query { handle in
            var ids: [EventID] = []
            var isMore = true
            while isMore, ids.count < limit {
                let wanted = limit - ids.count
                let start = (ids.last ?? last).map { Parameter.text($0.bytes) } ?? .null
                let result = try handle.run(.eventIDs, [start, .integer(Int64(wanted))])
                let found: [EventID] = Self.identifiers(result)
                ids += found
                // Rows without an id come last.
                isMore = result.rowCount == wanted && !found.isEmpty
            }
            return ids
        }
    }

    /// Which of the ids are events; what SQL cannot hold as text, it does not have.
    package func existingEvents(_ ids: [EventID]) async throws -> [EventID] {
        try await query { handle in
            let texts = try handle.holdable(ids.map(\.bytes))
            return Self.identifiers(try handle.run(.existingEvents, [.textArray(texts)]))
        }
    }

    /// How many events there are; for progress.
    package func eventCount() async throws -> Int {
        try await query { handle in
            let result = try handle.run(.eventCount)
            guard let count = decimalInteger(try result.required(0, 0)) else { throw result.unexpected(0) }
            return Int(count)
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

    /// The categories of the events, in the order asked; each event once.
    package func categories(of events: [EventID]) async throws -> [[CategoryRow]] {
        try await query { handle in
            let table = try handle.inSnapshot { _ in
                var rows = SnapshotTableAssembly(events)
                let found = try CopyRows(.categories, .textArray(events.map(\.bytes)), on: handle)
                while try found.next() { _ = try rows.addCategory(found) }
                rows.endCategories()
                return rows.table
            }
            return table.events.indices.map { table.snapshot(of: $0).categories }
        }
    }

    /// The orders of tokens that no event is known for.
    package func orders(of tokens: [HoldToken]) async throws -> [Order] {
        let nowhere = EventID("")
        let page = try await snapshot(of: [nowhere], tokens: [tokens])
        // An id may be empty, and then nowhere is an event that has orders of its own.
        let asked = Set(tokens)
        return page.events.flatMap(\.orders).filter { asked.contains($0.token) }
    }

    /// Which of the tokens an order names.
    package func tokensWithOrders(_ tokens: [HoldToken]) async throws -> Set<HoldToken> {
        if tokens.isEmpty { return [] }
        return try await query { handle in
            let result = try handle.run(.tokensWithOrders, [.textArray(try handle.holdable(tokens.map(\.bytes)))])
            return Set(try (0..<result.rowCount).map { HoldToken(try result.required($0, 0)) })
        }
    }

    /// Which events have these categories, each pair once.
    package func events(having categories: [CategoryID]) async throws -> [(category: CategoryID, event: EventID)] {
        try await query { handle in
            let texts = try handle.holdable(categories.map(\.bytes))
            let result = try handle.run(.categoryEvents, [.textArray(texts)])
            var found: [(category: CategoryID, event: EventID)] = []
            for row in 0..<result.rowCount {
                let pair = (CategoryID(try result.required(row, 0)), EventID(try result.required(row, 1)))
                if found.last.map({ $0 != pair }) ?? true { found.append(pair) }
            }
            return found
        }
    }

    /// Open orders that name categories which SQL has in another event alone; at most `limit` of their items.
    package func misplacedItems(
        limit: Int
    ) async throws -> [(category: CategoryID, event: EventID, order: OrderID)] {
        try await query { handle in
            let result = try handle.run(.misplacedItems, [.integer(Int64(limit))])
            return try (0..<result.rowCount).map { row in
                (
                    CategoryID(try result.required(row, 0)), EventID(try result.required(row, 1)),
                    OrderID(result.bytes(row, 2) ?? [])
                )
            }
        }
    }

    /// Asks whether the columns are of types that tell what the contract takes from them.
    ///
    /// - Throws: ``PostgresError/unusableColumn(column:type:content:)``.
    package func checkColumns() async throws {
        _ = try await query { handle in try handle.tableFacts() }
    }

    /// For each pair, whether SQL has that category in that event.
    package func categoriesExist(_ readings: [(event: EventID, category: CategoryID)]) async throws -> [Bool] {
        try await query { handle in
            var exist = Array(repeating: false, count: readings.count)
            for place in try handle.existing(readings) { exist[place] = true }
            return exist
        }
    }

    /// The next orders that are not over by their status, without their seats, in the order of their ids.
    ///
    /// - Parameters:
    ///   - events: of these alone; `nil` for all.
    ///   - last: the last order of the run before; `nil` at the start.
    package func openOrders(of events: [EventID]?, after last: OrderID?, limit: Int) async throws -> [Order] {
        try await query { handle in
            let ids = try events.map { Parameter.textArray(try handle.holdable($0.map(\.bytes))) } ?? .null
            let start = last.map { Parameter.text($0.bytes) } ?? .null
            let result = try handle.run(.openOrdersNamed, [ids, start, .integer(Int64(limit))])
            func instant(_ row: Int, _ column: Int) -> Timestamp? {
                result.bytes(row, column).flatMap { decimalInteger($0) }.map { Timestamp(milliseconds: $0) }
            }
            return try (0..<result.rowCount).map { row in
                Order(
                    id: OrderID(try result.required(row, 0)), token: HoldToken(result.bytes(row, 3) ?? []),
                    event: EventID(result.bytes(row, 1) ?? []),
                    status: result.text(row, 2).flatMap { OrderStatus(rawValue: $0) }, expiresAt: instant(row, 4),
                    createdAt: instant(row, 5), paidAt: instant(row, 6), lines: [])
            }
        }
    }

    /// What the program reads that this role cannot, one line each; empty where all is well.
    package func schemaProblems() async throws -> [String] {
        try await query { handle in
            let result = try handle.run(.schemaCheck)
            return (0..<result.rowCount).map { row in
                "\(result.text(row, 0) ?? "").\(result.text(row, 1) ?? ""): \(result.text(row, 2) ?? "")"
            }
        }
    }

    /// Refuses a role that row-level security would hide rows from, before anything is judged.
    ///
    /// - Throws: ``PostgresError/rowsHidden(target:tables:)``.
    package func expectAllRows() async throws {
        try await query { handle in
            let hidden = try handle.hiddenRows()
            if !hidden.isEmpty { throw PostgresError.rowsHidden(target: handle.target, tables: hidden) }
        }
    }

    /// Server and transactions as `doctor` shows them.
    package func serverFacts() async throws -> PostgresFacts {
        try await query { handle in
            try handle.inSnapshot { clock in
                let result = try handle.run(.serverFacts)
                return PostgresFacts(
                    version: result.text(0, 0) ?? "", encoding: result.text(0, 1) ?? "",
                    database: result.text(0, 2) ?? "", role: result.text(0, 3) ?? "", isStandby: clock.isStandby,
                    isReadOnly: result.text(0, 4) == "on", usesTLS: handle.usesTLS, clock: clock)
            }
        }
    }

    /// The ids of rows in their order, each once; a row without one says nothing.
    private static func identifiers<Entity>(_ result: borrowing QueryResult) -> [Identifier<Entity>] {
        var ids: [Identifier<Entity>] = []
        ids.reserveCapacity(result.rowCount)
        for row in 0..<result.rowCount {
            guard let bytes = result.bytes(row, 0), ids.last?.bytes != bytes else { continue }
            ids.append(Identifier(bytes))
        }
        return ids
    }

    /// Runs `work` with the connection. A cancelled task ends the statement that is running.
    func query<Value: Sendable>(_ work: (ConnectionHandle) throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        if handle != nil { try connect() }
        let canceller = handle?.canceller
        return try await withTaskCancellationHandler {
            try perform(work)
        } onCancel: {
            canceller?.requestCancel()
        }
    }

    /// A method of the actor, not a closure in ``query(_:)``: a closure that does not need the actor may run on the
    /// cooperative pool, and a query would block one of its threads.
    private func perform<Value>(_ work: (ConnectionHandle) throws -> Value) throws -> Value {
        preconditionIsolated()
        guard let handle else {
            throw PostgresError.connectionLost(query: "any", target: "(closed)", message: "the session was closed")
        }
        do {
            return try work(handle)
        } catch {
            // What PostgreSQL says of a statement that was cancelled is not what went wrong.
            try Task.checkCancellation()
            throw error
        }
    }
}
