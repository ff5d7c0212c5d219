import HoldModel

/// Finds the index of a row's event among some events.
struct EventPlaces {
    /// All ids in one array.
    private var bytes: [UInt8] = []
    private var ids: [Range<Int>] = []
    private var grouping = RowGrouping()
    /// The index of the last row's event, which is often the next row's as well.
    private var current = -1

    init() {}

    /// - Parameter events: each once.
    init(_ events: [EventID]) {
        for event in events { add(event) }
    }

    mutating func add(_ event: EventID) {
        let start = bytes.count
        bytes.append(contentsOf: event.bytes)
        ids.append(start..<bytes.count)
        grouping.add(ids.count - 1, hash: CopyRows.hash(event.bytes))
    }

    /// - Parameter row: a row whose first column is an event's id.
    /// - Returns: the index of that event; `nil` where it is none of these, or NULL.
    mutating func place(of row: CopyRows) -> Int? {
        if current >= 0, row.isEqual(0, to: bytes, ids[current]) { return current }
        guard let place = grouping.place(hash: row.hash(0), where: { row.isEqual(0, to: bytes, ids[$0]) }) else {
            return nil
        }
        current = place
        return place
    }
}
