import HoldModel

/// Decides which orders of a page each of its events gets, where orders were asked for by token.
struct ShownOrders {
    private struct Shown {
        let order: Order
        /// The index of the event that gets it as its own.
        let event: Int
    }

    private let table: SnapshotTable
    private var orders: [Shown] = []
    private var byEvent: [[Int]]
    /// The first order of each token.
    private var first: [HoldToken: Int] = [:]
    /// For each token that several orders name, the events that have one of these orders.
    private var shared: [HoldToken: Set<Int>] = [:]

    /// - Parameters:
    ///   - table: the page's own rows.
    ///   - asked: orders that were asked for by token.
    ///   - askers: the event that each token was asked for.
    init(_ table: SnapshotTable, _ asked: SnapshotTable, _ askers: [HoldToken: Int]) {
        self.table = table
        byEvent = Array(repeating: [], count: table.events.count)
        first.reserveCapacity(table.orders.count)
        for event in table.events.indices {
            for order in table.snapshot(of: event).orders { add(Shown(order: order, event: event)) }
        }
        for event in asked.events.indices {
            for order in asked.snapshot(of: event).orders {
                if let asker = askers[order.token] { add(Shown(order: order, event: asker)) }
            }
        }
    }

    func snapshot(of event: Int, asking tokens: [HoldToken]) -> EventSnapshot {
        let own = table.snapshot(of: event)
        var shown = byEvent[event].map { orders[$0].order }
        for token in tokens {
            // If the event has an order of its own for the token, that one counts.
            guard let position = first[token], orders[position].event != event, shared[token]?.contains(event) != true
            else { continue }
            shown.append(orders[position].order)
        }
        return EventSnapshot(event: own.event, categories: own.categories, orders: shown, fault: own.fault)
    }

    private mutating func add(_ shown: Shown) {
        let position = orders.count
        orders.append(shown)
        byEvent[shown.event].append(position)
        if let before = first[shown.order.token] {
            shared[shown.order.token, default: [orders[before].event]].insert(shown.event)
        } else {
            first[shown.order.token] = position
        }
    }
}
