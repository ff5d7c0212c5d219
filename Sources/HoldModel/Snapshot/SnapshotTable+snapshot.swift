/// Makes an ``EventSnapshot`` and its parts from rows, for callers that do more with a row than compare it.
extension SnapshotTable {
    package func identifier<Entity>(_ text: Text) -> Identifier<Entity> {
        Identifier(Array(bytes[text.range]))
    }

    package func snapshot(of event: Int) -> EventSnapshot {
        let row = events[event]
        let id: EventID = identifier(row.id)
        let known = row.categories.map { category(at: $0) }
        return EventSnapshot(
            event: id, categories: known, orders: row.orders.map { order(at: $0, of: id, categories: known) },
            fault: faults.events[event])
    }

    /// - Parameters:
    ///   - event: the event of the order.
    ///   - categories: the categories of the event; the lines share their ids.
    package func order(at place: Int, of event: EventID, categories: [CategoryRow]) -> Order {
        let row = orders[place]
        return Order(
            id: identifier(row.id), token: identifier(row.token), event: event, status: row.status,
            expiresAt: row.expiresAt, createdAt: row.createdAt, paidAt: row.paidAt, updatedAt: row.updatedAt,
            lines: lines(of: row, categories), fault: faults.orders[place])
    }

    private func category(at place: Int) -> CategoryRow {
        let row = categories[place]
        return CategoryRow(
            id: identifier(row.id), total: row.total, sold: row.sold, fault: faults.categories[place])
    }

    private func lines(of order: OrderRow, _ categories: [CategoryRow]) -> [SeatLine] {
        var found: [SeatLine] = []
        var next = order.firstLine
        while next >= 0 {
            let line = lines[Int(next)]
            let category = line.position < 0 ? identifier(line.category) : categories[Int(line.position)].id
            found.append(SeatLine(category: category, quantity: line.quantity))
            next = line.next
        }
        return found
    }

    /// Returns the lines of an order in the byte order of their categories, as a hash that is written again has them.
    package func sortedLines(of order: OrderRow) -> [Line] {
        var found: [Line] = []
        var next = order.firstLine
        while next >= 0 {
            found.append(lines[Int(next)])
            next = found[found.count - 1].next
        }
        return found.sorted { bytes[$0.category.range].lexicographicallyPrecedes(bytes[$1.category.range]) }
    }
}
