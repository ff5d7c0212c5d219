import HoldModel

/// Builds one page from the rows of its events, and from the orders that were asked for by token.
struct EventPageAssembly {
    /// Categories and open orders of the events.
    var rows: SnapshotTableAssembly
    /// Orders of any event that were asked for by token; ``askers`` has the event of the page for which each token was
    /// asked. An order may belong to another event than its hold says; the plan judges that.
    private var asked = SnapshotTableAssembly()
    private var askers: [HoldToken: Int] = [:]

    init(_ events: [EventID]) {
        rows = SnapshotTableAssembly(events)
    }

    /// Continues with rows that were read before.
    init(_ table: SnapshotTable) {
        rows = SnapshotTableAssembly(table)
    }

    /// Reads categories and open orders, in the open snapshot.
    mutating func readRows(of events: [EventID], _ handle: ConnectionHandle) throws {
        let ids = Parameter.textArray(events.map(\.bytes))
        let categories = try CopyRows(.categories, ids, on: handle)
        while try categories.next() {
            guard try rows.addCategory(categories) else { throw categories.unexpected(0) }
        }
        rows.endCategories()
        try rows.refuseSharedKeys(handle)
        let orders = try CopyRows(.openOrders, ids, on: handle)
        while try orders.next() {
            guard try rows.addOrder(orders) else { throw orders.unexpected(0) }
        }
        rows.endOrders()
        try rows.refuseRepeated(events, handle)
    }

    /// Reads, in the open snapshot, what is missing: the orders of tokens that Redis has and no open order names, and
    /// the tickets of orders without items.
    ///
    /// - Parameter tokens: for each event, the tokens that the census has.
    mutating func addWhatIsMissing(_ handle: ConnectionHandle, tokens: [[HoldToken]]) throws {
        askers = try unknown(tokens, handle)
        if !askers.isEmpty {
            let found = try CopyRows(.ordersByToken, .textArray(askers.keys.map(\.bytes)), on: handle)
            while try found.next() { _ = try asked.addOrder(found) }
            asked.endOrders()
        }
        try rows.addTickets(handle)
        try asked.addTickets(handle)
    }

    /// Makes the page.
    ///
    /// - Parameter tokens: for each event, the tokens that were asked for. If several events have a token, each gets its order;
    ///   their plans judge whose hold it is.
    func page(tokens: [[HoldToken]], clock: SnapshotClock) -> EventPage {
        var told: [Int: EventSnapshot] = [:]
        if tokens.contains(where: { !$0.isEmpty }) {
            let shown = ShownOrders(rows.table, asked.table, askers)
            for (event, tokens) in tokens.enumerated() where !tokens.isEmpty {
                told[event] = shown.snapshot(of: event, asking: tokens)
            }
        }
        return EventPage(table: rows.table, told: told, clock: clock)
    }

    /// Returns the tokens whose order is not known yet, with the index of their event.
    private func unknown(_ tokens: [[HoldToken]], _ handle: ConnectionHandle) throws -> [HoldToken: Int] {
        guard tokens.contains(where: { !$0.isEmpty }) else { return [:] }
        let known = Set(rows.table.orders.map { rows.table.identifier($0.token) as HoldToken })
        var askers: [HoldToken: Int] = [:]
        for (event, tokens) in tokens.enumerated() {
            for token in tokens where !known.contains(token) { askers[token] = event }
        }
        let unknown = Array(askers.keys)
        let holdable = try handle.places(ofHoldable: unknown.map(\.bytes))
        if holdable.count == unknown.count { return askers }
        return Dictionary(
            holdable.map { (unknown[$0], askers[unknown[$0]] ?? 0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension SnapshotTableAssembly {
    /// Counts the seats of orders without items from their tickets (contract section 1).
    fileprivate mutating func addTickets(_ handle: ConnectionHandle) throws {
        let bare = ordersWithoutItems
        if bare.isEmpty { return }
        let tickets = try handle.run(.orderTickets, [.textArray(bare.keys.map(\.bytes))])
        try addTickets(tickets, of: bare)
    }
}
