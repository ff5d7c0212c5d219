import HoldModel

/// Builds the table of one page from rows as they come: categories first, then orders, each in any sequence. To sort
/// them costs the server as much as to find them.
struct SnapshotTableAssembly {
    private var places = EventPlaces()
    /// Whether rows may be about any event, not only about known ones.
    private let isOpen: Bool
    var table = SnapshotTable()
    var grouping = RowGrouping()
    /// For each category or order that is being added, the index of its event.
    var owners: [Int32] = []

    /// Makes an assembly for rows about these events; each id once.
    ///
    /// - Parameter others: the size of other tables, which are likely to have as many rows.
    init(_ events: [EventID], like others: SnapshotTable.Extent = SnapshotTable.Extent()) {
        isOpen = false
        for event in events { add(event) }
        table.reserve(like: others)
    }

    /// Continues with rows that were read before, of which the tickets are missing.
    init(_ table: SnapshotTable) {
        isOpen = false
        self.table = table
    }

    /// Makes an assembly for orders of any event.
    init() {
        isOpen = true
    }

    /// Adds the current row of a stream of categories.
    ///
    /// - Returns: whether it is about one of these events; else nothing was added.
    mutating func addCategory(_ row: CopyRows) throws(PostgresError) -> Bool {
        guard let event = try event(of: row) else { return false }
        try addCategory(row, to: event)
        return true
    }

    /// - Parameter event: the place of the row's event.
    mutating func addCategory(_ row: CopyRows, to event: Int) throws(PostgresError) {
        guard let id = row.append(1, to: &table.bytes) else {
            return table.setFault("ticket_categories has a row without id in this event", ofEvent: event)
        }
        let total = try row.integer(2)
        let sold = try row.integer(3)
        let place = table.categories.count
        table.categories.append(SnapshotTable.Category(id: id, total: total ?? 0, sold: sold ?? 0))
        owners.append(Int32(event))
        if let fault = Self.fault("quantity_total", total) ?? Self.fault("quantity_sold", sold) {
            table.setFault(fault, ofCategory: place, in: event)
        }
    }

    /// Ends the categories: all were added.
    mutating func endCategories() {
        table.groupCategories(of: owners)
        owners = []
    }

    /// Refuses the events whose rows, or whose orders' rows, come more than once, where the database allows that. The
    /// snapshot in which they were read must be open.
    mutating func refuseRepeated(_ events: [EventID], _ handle: ConnectionHandle) throws {
        let facts = try handle.tableFacts()
        if facts.eventsComeOnce && facts.ordersComeOnce { return }
        let ids = Parameter.textArray(events.map(\.bytes))
        if !facts.eventsComeOnce {
            let repeated = try handle.run(.repeatedEvents, [ids])
            for row in 0..<repeated.rowCount {
                guard let event = place(of: EventID(try repeated.required(row, 0))) else { continue }
                table.setFault("events has more rows than one of this id", ofEvent: event)
            }
        }
        if facts.ordersComeOnce { return }
        let repeated = try handle.run(.repeatedOrders, [ids])
        for row in 0..<repeated.rowCount {
            guard let event = place(of: EventID(try repeated.required(row, 0))) else { continue }
            let order: OrderID = OrderID(repeated.bytes(row, 1) ?? [])
            table.setFault("orders has more rows than one of id \(order)", ofEvent: event)
        }
    }

    private func place(of event: EventID) -> Int? {
        table.events.indices.first { table.bytes[table.events[$0].id.range].elementsEqual(event.bytes) }
    }

    /// - Parameter fault: why the category, and so its event, cannot be used.
    mutating func refuse(category: Int, of event: Int, since fault: String) {
        table.setFault(fault, ofCategory: category, in: event)
    }

    /// Adds the current row of a stream of orders, after all categories.
    ///
    /// - Returns: whether it is about one of these events; else nothing was added.
    mutating func addOrder(_ row: CopyRows) throws(PostgresError) -> Bool {
        guard let event = try event(of: row) else { return false }
        try addOrder(row, to: event)
        return true
    }

    /// - Parameter event: the place of the row's event.
    /// - Returns: how many bytes it takes, about.
    @discardableResult
    mutating func addOrder(_ row: CopyRows, to event: Int) throws(PostgresError) -> Int {
        let before = table.size
        let (order, isNew) = try order(of: row, event)
        try addLine(row, toOrder: order, isNew: isNew, in: event)
        return table.size - before
    }

    /// Whether a hold may have this token.
    func isUsual(_ token: SnapshotTable.Text) -> Bool {
        !token.isEmpty && !KeySpace.isIndexName(table.bytes.span.extracting(token.range))
    }

    /// Ends the orders: all were added.
    mutating func endOrders() {
        table.groupOrders(of: owners)
        owners = []
        grouping = RowGrouping()
    }

    /// Whether there is an order without a row in `order_items`.
    var hasOrdersWithoutItems: Bool {
        table.orders.indices.contains { table.orders[$0].firstLine < 0 && table.faults.orders[$0] == nil }
    }

    /// The orders without a row in `order_items`, with the index of their event.
    var ordersWithoutItems: [OrderID: (order: Int, event: Int)] {
        var bare: [OrderID: (order: Int, event: Int)] = [:]
        for event in table.events.indices {
            for order in table.events[event].orders
            where table.orders[order].firstLine < 0 && table.faults.orders[order] == nil {
                bare[table.identifier(table.orders[order].id)] = (order, event)
            }
        }
        return bare
    }

    /// - Parameter orders: the orders that these tickets belong to.
    mutating func addTickets(
        _ result: borrowing QueryResult, of orders: [OrderID: (order: Int, event: Int)]
    ) throws(PostgresError) {
        for row in 0..<result.rowCount {
            guard let (order, event) = orders[OrderID(try result.required(row, 0))] else {
                throw result.unexpected(0)
            }
            guard let id = result.bytes(row, 1), let count = result.bytes(row, 2).flatMap({ decimalInteger($0) })
            else {
                table.setFault("a ticket has no category_id", ofOrder: order, in: event)
                continue
            }
            let start = table.bytes.count
            table.bytes.append(contentsOf: id)
            let category = SnapshotTable.Text(start..<table.bytes.count)
            let position = table.events[event].categories.firstIndex {
                table.bytes[table.categories[$0].id.range] == table.bytes[category.range]
            }
            if position == nil || !(1...greatestSeatCount).contains(count) { table.events[event].isPlain = false }
            let line = SnapshotTable.Line(
                category: category,
                position: position.map { Int32($0 - table.events[event].categories.lowerBound) } ?? -1,
                quantity: count)
            table.addLine(line, toOrder: order)
        }
    }

    /// Returns the index of the row's event; `nil` where it is none of these.
    private mutating func event(of row: CopyRows) throws(PostgresError) -> Int? {
        if let place = places.place(of: row) { return place }
        if !isOpen {
            if row.isNull(0) { throw row.unexpected(0) }
            return nil
        }
        add(EventID(row.bytes(0) ?? []))
        return table.events.count - 1
    }

    private mutating func add(_ event: EventID) {
        places.add(event)
        let start = table.bytes.count
        table.bytes.append(contentsOf: event.bytes)
        table.events.append(SnapshotTable.Event(id: SnapshotTable.Text(start..<table.bytes.count)))
    }

    /// Returns the index of the row's order, which is added with its first row. A token belongs to one order (contract
    /// section 1); if two rows name it with different orders, they stay two orders.
    private mutating func order(
        of row: CopyRows, _ event: Int
    ) throws(PostgresError) -> (place: Int, isNew: Bool) {
        let hash = row.hash(2)
        var isOnlyOne = true
        let known = grouping.place(hash: hash) { place in
            guard owners[place] == Int32(event) else { return false }
            let other = table.orders[place]
            if row.isEqual(1, to: table.bytes, other.id.range) { return true }
            if row.isEqual(2, to: table.bytes, other.token.range) { isOnlyOne = false }
            return false
        }
        if let known { return (known, false) }
        let place = table.orders.count
        var fault: String? = row.isNull(1) ? "its row has no id" : nil
        let nothing = SnapshotTable.Text(table.bytes.count..<table.bytes.count)
        let id = row.append(1, to: &table.bytes) ?? nothing
        let token = row.append(2, to: &table.bytes) ?? SnapshotTable.Text(id.range.upperBound..<id.range.upperBound)
        if !isOnlyOne || !isUsual(token) { table.events[event].isPlain = false }
        func instant(_ column: Int, _ name: String) throws(PostgresError) -> Timestamp? {
            switch try row.instant(column) {
            case .usable(let instant): return instant
            case .unusable: fault = fault ?? "\(name) is no instant of the years 1 to 9999"
            case nil: break
            }
            return nil
        }
        let status = row.orderStatus(3)
        if status == nil {
            let text = row.bytes(3).map { "'\(printable($0, atMost: 40))'" } ?? "NULL"
            fault = "status \(text) is none of the contract (ops/contract.md)"
        }
        table.orders.append(
            SnapshotTable.OrderRow(
                id: id, token: token, status: status, expiresAt: try instant(4, "expires_at"),
                createdAt: try instant(5, "created_at"), paidAt: try instant(6, "paid_at"),
                updatedAt: try instant(7, "updated_at")))
        owners.append(Int32(event))
        if let fault { table.setFault(fault, ofOrder: place, in: event) }
        grouping.add(place, hash: hash)
        return (place, true)
    }

    /// - Parameter isNew: whether this is the order's first row.
    private mutating func addLine(
        _ row: CopyRows, toOrder order: Int, isNew: Bool, in event: Int
    ) throws(PostgresError) {
        let quantity = try row.integer(9)
        let isNull = row.isNull(8)
        if !isNew, isNull && quantity == nil || table.orders[order].firstLine < 0 {
            // An order without items has exactly one row.
            return table.setFault("it has more rows than one, in orders or order_items", ofOrder: order, in: event)
        }
        if isNull && quantity == nil { return }
        guard !isNull, let seats = quantity, (1...greatestSeatCount).contains(seats) else {
            table.setFault("an order_items row has no category or no seats", ofOrder: order, in: event)
            return
        }
        let categories = table.events[event].categories
        for place in categories where row.isEqual(8, to: table.bytes, table.categories[place].id.range) {
            let position = Int32(place - categories.lowerBound)
            if !isNew { refuseRepeated(row, position, order, event) }
            let line = SnapshotTable.Line(
                category: table.categories[place].id, position: position, quantity: seats)
            return table.addLine(line, toOrder: order)
        }
        if !isNew { refuseRepeated(row, -1, order, event) }
        guard let category = row.append(8, to: &table.bytes) else { throw row.unexpected(8) }
        table.events[event].isPlain = false
        table.addLine(SnapshotTable.Line(category: category, position: -1, quantity: seats), toOrder: order)
    }

    /// An order has one row for each category (contract section 1): of two nobody knows whether both are its seats, or
    /// a view has doubled one.
    ///
    /// - Parameter position: of the row's category; `-1` where the event does not have it.
    private mutating func refuseRepeated(_ row: CopyRows, _ position: Int32, _ order: Int, _ event: Int) {
        if table.faults.orders[order] != nil { return }
        var next = table.orders[order].firstLine
        while next >= 0 {
            let line = table.lines[Int(next)]
            if line.position == position, position >= 0 || row.isEqual(8, to: table.bytes, line.category.range) {
                let category = printable(row.bytes(8) ?? [])
                let fault = "it has more rows than one of category \(category), in orders or order_items"
                return table.setFault(fault, ofOrder: order, in: event)
            }
            next = line.next
        }
    }

    private static func fault(_ column: String, _ value: Int64?) -> String? {
        guard let value else { return "\(column) is NULL or no integer" }
        if value > greatestSeatCount { return "\(column) is \(value), more than the platform's scripts can count" }
        return value < 0 ? "\(column) is \(value)" : nil
    }
}
