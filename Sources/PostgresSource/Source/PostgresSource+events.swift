package import HoldModel

/// Reads which events and categories there are.
extension PostgresSource {
    /// Reads the next events in byte order, each once, however many rows it has.
    ///
    /// - Parameters:
    ///   - last: the last id of the call before; `nil` at the start.
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

    /// Returns those of the ids that are events. An id that SQL cannot hold as text is none.
    package func existingEvents(_ ids: [EventID]) async throws -> [EventID] {
        try await query { handle in
            let texts = try handle.holdable(ids.map(\.bytes))
            return Self.identifiers(try handle.run(.existingEvents, [.textArray(texts)]))
        }
    }

    /// Counts the events, for progress.
    package func eventCount() async throws -> Int {
        try await query { handle in
            let result = try handle.run(.eventCount)
            guard let count = decimalInteger(try result.required(0, 0)) else { throw result.unexpected(0) }
            return Int(count)
        }
    }

    /// Reads the categories of the events, in the order of the request; each event must be there once.
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

    /// Returns for each pair whether SQL has that category in that event.
    package func categoriesExist(_ readings: [(event: EventID, category: CategoryID)]) async throws -> [Bool] {
        try await query { handle in
            var exist = Array(repeating: false, count: readings.count)
            for place in try handle.existing(readings) { exist[place] = true }
            return exist
        }
    }

    /// Returns which events have these categories, each pair once.
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

    /// Returns the ids of rows in their order, each once. Rows without an id are left out.
    private static func identifiers<Entity>(_ result: borrowing QueryResult) -> [Identifier<Entity>] {
        var ids: [Identifier<Entity>] = []
        ids.reserveCapacity(result.rowCount)
        for row in 0..<result.rowCount {
            guard let bytes = result.bytes(row, 0), ids.last?.bytes != bytes else { continue }
            ids.append(Identifier(bytes))
        }
        return ids
    }
}
