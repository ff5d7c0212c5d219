package import HoldModel

/// SQL beside itself: whether what it says of sold seats agrees.
extension PostgresSource {
    /// Columns of the contract that are missing, or that this session may not read, as `table.column: problem`, by their table.
    package func unreadableColumns() async throws -> [String: [String]] {
        Dictionary(grouping: try await schemaProblems()) { String($0.prefix { $0 != "." }) }
    }

    /// The next categories whose figures do not all say the same, by event and category, in a snapshot of their own. Whether
    /// rows that are missing account for it is the figures' own to say.
    ///
    /// - Parameters:
    ///   - events: of these.
    ///   - last: the last category of the answer before; `nil` at the start.
    ///   - limit: how many at the most; fewer come only at the end.
    ///   - withTickets: whether tickets can be read.
    /// - Throws: ``PostgresError``.
    package func soldFigures(
        of events: [EventID], after last: CategoryPlace?, limit: Int, withTickets: Bool
    ) async throws -> [SoldCategory] {
        try await query { handle in
            try handle.inSnapshot { _ in try handle.soldFigures(events, after: last, limit, withTickets) }
        }
    }

    /// Looks at categories again, in one snapshot, and at what orders of other events say of them too.
    ///
    /// - Parameter places: thousands at the most.
    /// - Returns: those of them whose figures still do not agree.
    /// - Throws: ``PostgresError``.
    package func soldFigures(again places: [CategoryPlace], withTickets: Bool) async throws -> [SoldCategory] {
        if places.isEmpty { return [] }
        let wanted = Set(places)
        let categories = Set(places.map(\.category.bytes))
        let events = Set(places.map(\.event)).sorted()
        return try await query { handle in
            try handle.inSnapshot { _ in
                var found: [SoldCategory] = []
                var last: CategoryPlace?
                repeat {
                    let next = try handle.soldFigures(
                        events, after: last, places.count, withTickets, among: Array(categories))
                    found += next.filter { wanted.contains($0.place) }
                    last = next.count < places.count ? nil : next.last?.place
                } while last != nil
                if found.isEmpty { return [] }
                let elsewhere = try handle.soldElsewhere(found.map(\.place.category), withTickets)
                for place in found.indices {
                    if let seats = elsewhere[found[place].place.category] { found[place].figures.elsewhere = seats }
                }
                return found.filter { !$0.figures.agree }
            }
        }
    }

    /// A statement for psql that shows a category's figures, in one line; `nil` where an id is too long for one.
    package static func soldQuery(_ place: CategoryPlace, withTickets: Bool) -> String? {
        guard let event = SQLLiteral(place.event.bytes), let category = SQLLiteral(place.category.bytes) else {
            return nil
        }
        let query = withTickets ? Query.soldShown : .soldItemsShown
        return String(decoding: query.inOneLine([event.text, category.text]), as: UTF8.self) + ";"
    }
}

extension ConnectionHandle {
    fileprivate func soldFigures(
        _ events: [EventID], after last: CategoryPlace?, _ limit: Int, _ withTickets: Bool,
        among categories: [[UInt8]]? = nil
    ) throws -> [SoldCategory] {
        let result = try run(
            withTickets ? .soldFigures : .soldItems,
            [
                .textArray(events.map(\.bytes)), last.map { .text($0.event.bytes) } ?? .null,
                last.map { .text($0.category.bytes) } ?? .null, .integer(Int64(limit)),
                categories.map { .textArray($0) } ?? .null,
            ])
        return try (0..<result.rowCount).map { row in
            SoldCategory(
                place: CategoryPlace(
                    event: EventID(try result.required(row, 0)), category: CategoryID(try result.required(row, 1))),
                figures: SoldFigures(
                    quantitySold: try result.number(row, 2), own: try result.soldSeats(row, from: 3),
                    silentOrders: try result.number(row, 9)))
        }
    }

    fileprivate func soldElsewhere(_ categories: [CategoryID], _ withTickets: Bool) throws -> [CategoryID: SoldSeats] {
        let result = try run(
            withTickets ? .soldElsewhere : .soldItemsElsewhere, [.textArray(Set(categories).map(\.bytes))])
        var seats: [CategoryID: SoldSeats] = [:]
        for row in 0..<result.rowCount {
            seats[CategoryID(try result.required(row, 0))] = try result.soldSeats(row, from: 1)
        }
        return seats
    }
}

extension QueryResult {
    /// Six columns of one of the queries in `Queries/Audit`.
    fileprivate borrowing func soldSeats(_ row: Int, from first: Int) throws(PostgresError) -> SoldSeats {
        SoldSeats(
            items: try number(row, first), itemsAlone: try number(row, first + 1),
            tickets: bytes(row, first + 2) == nil ? nil : try number(row, first + 2),
            ticketsAlone: try number(row, first + 3), cancelled: try number(row, first + 4),
            unreadable: try number(row, first + 5))
    }

    fileprivate borrowing func number(_ row: Int, _ column: Int) throws(PostgresError) -> Int64 {
        guard let number = decimalInteger(try required(row, column)) else { throw unexpected(column) }
        return number
    }
}
