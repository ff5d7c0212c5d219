/// Puts the rows of each event next to each other: the server sends them in any order.
extension SnapshotTable {
    /// Sorts the categories by event, and within an event by id. Nothing may refer to their indices yet.
    ///
    /// - Parameter owners: for each category, the index of its event.
    package mutating func groupCategories(of owners: [Int32]) {
        let heads = categories.map { head(of: $0.id) }
        func precedes(_ one: Int, _ other: Int) -> Bool {
            if owners[one] != owners[other] { return owners[one] < owners[other] }
            if heads[one] != heads[other] { return heads[one] < heads[other] }
            return bytes[categories[one].id.range].lexicographicallyPrecedes(bytes[categories[other].id.range])
        }
        let ranges = ranges(of: owners)
        for event in events.indices { events[event].categories = ranges[event] }
        if categories.indices.dropFirst().allSatisfy({ precedes($0 - 1, $0) }) { return }
        let places = categories.indices.sorted(by: precedes)
        categories = places.map { categories[$0] }
        faults.categories = Self.moved(faults.categories, to: places)
    }

    /// Sorts the orders by event; those of one event keep their sequence.
    ///
    /// - Parameter owners: for each order, the index of its event.
    package mutating func groupOrders(of owners: [Int32]) {
        let ranges = ranges(of: owners)
        for event in events.indices { events[event].orders = ranges[event] }
        var next = ranges.map(\.lowerBound)
        var isGrouped = true
        var places = Array(repeating: 0, count: owners.count)
        for (order, owner) in owners.enumerated() {
            let place = next[Int(owner)]
            next[Int(owner)] += 1
            places[place] = order
            if place != order { isGrouped = false }
        }
        if isGrouped { return }
        orders = places.map { orders[$0] }
        faults.orders = Self.moved(faults.orders, to: places)
    }

    /// Returns, for each event, the indices that its rows have once they are sorted by event.
    private func ranges(of owners: [Int32]) -> [Range<Int>] {
        var counts = Array(repeating: 0, count: events.count)
        for owner in owners { counts[Int(owner)] += 1 }
        var start = 0
        return counts.map { count in
            defer { start += count }
            return start..<start + count
        }
    }

    /// - Parameter places: for each row, its index before.
    private static func moved(_ faults: [Int: String], to places: [Int]) -> [Int: String] {
        if faults.isEmpty { return faults }
        var moved: [Int: String] = [:]
        for (place, before) in places.enumerated() { moved[place] = faults[before] }
        return moved
    }
}
