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

    /// - Parameter rows: the rows that are about this page.
    mutating func addCategories(_ result: borrowing QueryResult, rows: Range<Int>) throws(PostgresError) {
        var event: (id: EventID, position: Int)?
        for row in rows {
            let position = try position(of: result, row, &event)
            let total = try result.integer(row, 2)
            let sold = try result.integer(row, 3)
            categories[position].append(
                CategoryRow(
                    id: CategoryID(try result.required(row, 1)), total: total ?? 0, sold: sold ?? 0,
                    fault: Self.fault("quantity_total", total) ?? Self.fault("quantity_sold", sold)))
        }
    }

    /// - Parameters:
    ///   - rows: the rows that are about this page.
    ///   - askers: the event that asked for a token, where orders were asked for by token; such an order may belong to
    ///     another event than its hold says, and that is for the plan to judge.
    mutating func addOrders(
        _ result: borrowing QueryResult, rows: Range<Int>, shownTo askers: [HoldToken: Int]? = nil
    ) throws(PostgresError) {
        var event: (id: EventID, position: Int)?
        var last: (id: OrderID, position: Int)?
        for row in rows {
            let id = try result.identifier(row, 1, known: last?.id)
            let position: Int
            if let last, last.id == id {
                position = last.position
            } else if let known = orderPositions[id] {
                position = known
            } else {
                position = orders.count
                let shown: Int
                let order: Order
                if let askers {
                    order = try Self.order(result, row, id, EventID(result.bytes(row, 0) ?? []))
                    guard let asker = askers[order.token] else { throw result.unexpected(2) }
                    shown = asker
                } else {
                    shown = try self.position(of: result, row, &event)
                    order = try Self.order(result, row, id, event?.id ?? EventID(""))
                }
                orderPositions[id] = position
                orders.append(order)
                shownTo.append(shown)
            }
            last = (id, position)
            try addLine(result, row, to: position)
        }
    }

    /// The event's place in the page.
    ///
    /// - Parameter last: that of the row before: rows of one event come together.
    private func position(
        of result: borrowing QueryResult, _ row: Int, _ last: inout (id: EventID, position: Int)?
    ) throws(PostgresError) -> Int {
        let id = try result.identifier(row, 0, known: last?.id)
        if let last, last.id == id { return last.position }
        guard let position = positions[id] else { throw result.unexpected(0) }
        last = (id, position)
        return position
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
        let (known, shared) = tokens.contains { !$0.isEmpty } ? positionsByToken() : ([:], [:])
        for (event, tokens) in tokens.enumerated() {
            for token in tokens {
                // An order of the event's own is the one that it is judged by.
                guard let position = known[token], shownTo[position] != event, shared[token]?.contains(event) != true
                else { continue }
                byEvent[event].append(orders[position])
            }
        }
        let snapshots = events.indices.map { position in
            EventSnapshot(event: events[position], categories: categories[position], orders: byEvent[position])
        }
        return EventPage(events: snapshots, clock: clock)
    }

    /// The first order of each token; and of tokens that several orders name, the events that see one of them.
    private func positionsByToken() -> (first: [HoldToken: Int], shared: [HoldToken: Set<Int>]) {
        var first: [HoldToken: Int] = [:]
        first.reserveCapacity(orders.count)
        var shared: [HoldToken: Set<Int>] = [:]
        for position in orders.indices {
            let token = orders[position].token
            if let before = first[token] {
                shared[token, default: [shownTo[before]]].insert(shownTo[position])
            } else {
                first[token] = position
            }
        }
        return (first, shared)
    }

    private mutating func addLine(
        _ result: borrowing QueryResult, _ row: Int, to position: Int
    ) throws(PostgresError) {
        let category = result.bytes(row, 8)
        let quantity = try result.integer(row, 9)
        if category == nil && quantity == nil { return }
        guard let category, let seats = quantity, (1...greatestSeatCount).contains(seats) else {
            orders[position].fault = orders[position].fault ?? "an order_items row has no category or no seats"
            return
        }
        orders[position].lines.append(SeatLine(category: CategoryID(category), quantity: seats))
    }

    private static func order(
        _ result: borrowing QueryResult, _ row: Int, _ id: OrderID, _ event: EventID
    ) throws(PostgresError) -> Order {
        var fault: String?
        let statusText = result.text(row, 3)
        let status = statusText.flatMap { OrderStatus(rawValue: $0) }
        if status == nil { fault = "status \(statusText.map { "'\($0)'" } ?? "NULL") is none that the contract names" }
        func instant(_ value: SQLInstant?, _ name: String) -> Timestamp? {
            switch value {
            case .finite(let instant): return instant
            case .infinite: fault = fault ?? "\(name) is not a finite instant"
            case nil: break
            }
            return nil
        }
        return Order(
            id: id, token: HoldToken(result.bytes(row, 2) ?? []), event: event, status: status,
            expiresAt: instant(result.instant(row, 4), "expires_at"),
            createdAt: instant(result.instant(row, 5), "created_at"),
            paidAt: instant(result.instant(row, 6), "paid_at"),
            updatedAt: instant(result.instant(row, 7), "updated_at"), lines: [], fault: fault)
    }

    private static func fault(_ column: String, _ value: Int64?) -> String? {
        guard let value else { return "\(column) is NULL or no integer" }
        return value < 0 ? "\(column) is \(value)" : nil
    }
}
