package import HoldModel

extension SnapshotTable {
    /// The rows of events, as SQL would show them.
    package init(_ snapshots: [EventSnapshot]) {
        self.init()
        for snapshot in snapshots { add(snapshot) }
    }

    private mutating func add(_ snapshot: EventSnapshot) {
        let event = events.count
        events.append(Event(id: text(snapshot.event.bytes)))
        events[event].categories = categories.count..<categories.count + snapshot.categories.count
        for row in snapshot.categories {
            categories.append(Category(id: text(row.id.bytes), total: row.total, sold: row.sold))
            if let fault = row.fault { setFault(fault, ofCategory: categories.count - 1, in: event) }
        }
        events[event].orders = orders.count..<orders.count + snapshot.orders.count
        for order in snapshot.orders {
            let place = orders.count
            orders.append(
                OrderRow(
                    id: text(order.id.bytes), token: text(order.token.bytes), status: order.status,
                    expiresAt: order.expiresAt, createdAt: order.createdAt, paidAt: order.paidAt,
                    updatedAt: order.updatedAt))
            for line in order.lines {
                let position = snapshot.categories.firstIndex { $0.id == line.category }
                if position == nil { events[event].isPlain = false }
                addLine(
                    Line(
                        category: text(line.category.bytes), position: position.map { Int32($0) } ?? -1,
                        quantity: line.quantity),
                    toOrder: place)
            }
            if let fault = order.fault { setFault(fault, ofOrder: place, in: event) }
        }
        let tokens = snapshot.orders.map(\.token)
        if Set(tokens).count < tokens.count || tokens.contains(where: \.bytes.isEmpty) { events[event].isPlain = false }
    }

    private mutating func text(_ bytes: [UInt8]) -> Text {
        let start = self.bytes.count
        self.bytes.append(contentsOf: bytes)
        return Text(start..<self.bytes.count)
    }
}
