import HoldModel

/// Puts the rows of one page together: categories by event, orders with their lines.
struct EventPageAssembly {
    private let positions: [EventID: Int]
    private(set) var categories: [[CategoryRow]]
    private var orders: [Order] = []
    private var orderPositions: [OrderID: Int] = [:]
    /// For each order, the event of the page that it is shown to.
    private var shownTo: [Int] = []

    init(_ events: [EventID]) {
        positions = Dictionary(events.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        categories = Array(repeating: [], count: events.count)
    }

    mutating func addCategories(_ result: borrowing QueryResult) throws(PostgresError) {
        for row in 0..<result.rowCount {
            guard let position = positions[EventID(try result.required(row, 0))] else { throw result.unexpected(0) }
            let total = result.bytes(row, 2).flatMap { decimalInteger($0) }
            let sold = result.bytes(row, 3).flatMap { decimalInteger($0) }
            categories[position].append(
                CategoryRow(
                    id: CategoryID(try result.required(row, 1)), total: total ?? 0, sold: sold ?? 0,
                    fault: Self.fault("quantity_total", total) ?? Self.fault("quantity_sold", sold)))
        }
    }

    /// - Parameter shownTo: the event that asked for a token, where orders were asked for by token; such an order may
    ///   belong to another event than its hold says, and that is for the plan to judge.
    mutating func addOrders(_ result: borrowing QueryResult, shownTo askers: [HoldToken: Int]? = nil)
        throws(PostgresError)
    {
        for row in 0..<result.rowCount {
            let id = OrderID(try result.required(row, 1))
            let position: Int
            if let known = orderPositions[id] {
                position = known
            } else {
                position = orders.count
                let order = try Self.order(result, row, id)
                guard let event = askers.map({ $0[order.token] }) ?? positions[order.event] else {
                    throw result.unexpected(0)
                }
                orderPositions[id] = position
                orders.append(order)
                shownTo.append(event)
            }
            addLine(result, row, to: position)
        }
    }

    /// Orders that no `order_items` row was found for.
    var ordersWithoutItems: [OrderID] {
        orders.lazy.filter { $0.lines.isEmpty && $0.fault == nil }.map(\.id)
    }

    mutating func addTickets(_ result: borrowing QueryResult) throws(PostgresError) {
        for row in 0..<result.rowCount {
            guard let position = orderPositions[OrderID(try result.required(row, 0))] else {
                throw result.unexpected(0)
            }
            guard let category = result.bytes(row, 1), let count = result.bytes(row, 2).flatMap({ decimalInteger($0) })
            else {
                orders[position].fault = "a ticket has no category_id"
                continue
            }
            orders[position].lines.append(SeatLine(category: CategoryID(category), quantity: count))
        }
    }

    /// The tokens of the page that SQL has shown so far.
    var knownTokens: Set<HoldToken> {
        Set(orders.map(\.token))
    }

    /// - Parameter tokens: for each event, what it asked for. An order whose token several events ask for is shown to
    ///   each of them: whose hold it is is for the plan to judge.
    func page(of events: [EventID], tokens: [[HoldToken]], clock: SnapshotClock) -> EventPage {
        var byEvent: [[Order]] = Array(repeating: [], count: events.count)
        for (order, event) in zip(orders, shownTo) { byEvent[event].append(order) }
        let known = Dictionary(
            orders.indices.map { (orders[$0].token, $0) }, uniquingKeysWith: { first, _ in first })
        for (event, tokens) in tokens.enumerated() {
            for token in tokens {
                if let position = known[token], shownTo[position] != event { byEvent[event].append(orders[position]) }
            }
        }
        let snapshots = events.indices.map { position in
            EventSnapshot(event: events[position], categories: categories[position], orders: byEvent[position])
        }
        return EventPage(events: snapshots, clock: clock)
    }

    private mutating func addLine(_ result: borrowing QueryResult, _ row: Int, to position: Int) {
        let category = result.bytes(row, 8)
        let quantity = result.bytes(row, 9)
        if category == nil && quantity == nil { return }
        guard let category, let seats = quantity.flatMap({ decimalInteger($0) }),
            (1...greatestSeatCount).contains(seats)
        else {
            orders[position].fault = orders[position].fault ?? "an order_items row has no category or no seats"
            return
        }
        orders[position].lines.append(SeatLine(category: CategoryID(category), quantity: seats))
    }

    private static func order(_ result: borrowing QueryResult, _ row: Int, _ id: OrderID) throws(PostgresError) -> Order
    {
        var fault: String?
        let statusText = result.text(row, 3)
        let status = statusText.flatMap { OrderStatus(rawValue: $0) }
        if status == nil { fault = "status \(statusText.map { "'\($0)'" } ?? "NULL") is none that the contract names" }
        func instant(_ column: Int, _ name: String) -> Timestamp? {
            guard let text = result.bytes(row, column) else { return nil }
            guard let milliseconds = decimalInteger(text) else {
                fault = fault ?? "\(name) is not a finite instant"
                return nil
            }
            return Timestamp(milliseconds: milliseconds)
        }
        let expiresAt = instant(4, "expires_at")
        let createdAt = instant(5, "created_at")
        let paidAt = instant(6, "paid_at")
        let updatedAt = instant(7, "updated_at")
        return Order(
            id: id, token: HoldToken(result.bytes(row, 2) ?? []), event: EventID(result.bytes(row, 0) ?? []),
            status: status, expiresAt: expiresAt, createdAt: createdAt, paidAt: paidAt, updatedAt: updatedAt,
            lines: [], fault: fault)
    }

    private static func fault(_ column: String, _ value: Int64?) -> String? {
        guard let value else { return "\(column) is NULL or no integer" }
        return value < 0 ? "\(column) is \(value)" : nil
    }
}
