package import HoldModel

/// Reads orders by themselves, without their events.
extension PostgresSource {
    /// Reads the orders of tokens whose event is not known.
    package func orders(of tokens: [HoldToken]) async throws -> [Order] {
        let nowhere = EventID("")
        let page = try await snapshot(of: [nowhere], tokens: [tokens])
        // An event's id may be empty. Then `nowhere` is an event with orders of its own, which are left out.
        let asked = Set(tokens)
        return page.events.flatMap(\.orders).filter { asked.contains($0.token) }
    }

    /// Returns those of the tokens that an order names.
    package func tokensWithOrders(_ tokens: [HoldToken]) async throws -> Set<HoldToken> {
        if tokens.isEmpty { return [] }
        return try await query { handle in
            let result = try handle.run(.tokensWithOrders, [.textArray(try handle.holdable(tokens.map(\.bytes)))])
            return Set(try (0..<result.rowCount).map { HoldToken(try result.required($0, 0)) })
        }
    }

    /// Reads the next orders that are not over by their status, without their seats, in the order of their ids.
    ///
    /// - Parameters:
    ///   - events: the events whose orders are read; `nil` for all.
    ///   - last: the last order of the call before; `nil` at the start.
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

    /// Reads open orders that name a category which SQL has only in another event; at most `limit` of their items.
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
