package import HoldModel

/// Orders that are asked for by themselves.
extension PostgresSource {
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
}
