import HoldModel

extension SnapshotTableAssembly {
    /// How many readings of keys are looked up at once.
    private static let atOnce = 2000

    /// Refuses the categories whose inventory key another category has as well. These are rows with one id in one
    /// event. Since the key has no escape for the colon between its two ids (contract section 2), they are also such
    /// pairs as category `b:q` of event `a` and category `q` of event `a:b`. All categories must have been added, in
    /// the open snapshot.
    mutating func refuseSharedKeys(_ handle: ConnectionHandle) throws {
        var keys = AmbiguousKeys()
        for event in table.events.indices {
            let id = table.events[event].id
            let hasColon = hasColon(id)
            let categories = table.events[event].categories
            for category in categories {
                let name = table.categories[category].id
                // The categories are sorted by id.
                if category + 1 < categories.upperBound, isEqual(name, table.categories[category + 1].id) {
                    refuse(category: category, of: event, since: "the event has another row of this id")
                }
                guard hasColon || self.hasColon(name) else { continue }
                keys.add(table.identifier(id), table.identifier(name), at: (event, category))
                if keys.count >= Self.atOnce { try refuse(&keys, handle) }
            }
        }
        try refuse(&keys, handle)
    }

    private mutating func refuse(_ keys: inout AmbiguousKeys, _ handle: ConnectionHandle) throws {
        for place in try handle.existing(keys.readings) {
            let (event, category) = keys.owners[place]
            let other = keys.readings[place]
            let fault =
                "its inventory key is that of category \(other.category) of event \(other.event) as well: rename one of them"
            refuse(category: category, of: event, since: fault)
        }
        keys = AmbiguousKeys()
    }

    private func isEqual(_ one: SnapshotTable.Text, _ other: SnapshotTable.Text) -> Bool {
        table.bytes[one.range] == table.bytes[other.range]
    }

    private func hasColon(_ text: SnapshotTable.Text) -> Bool {
        table.bytes[text.range].contains(UInt8(ascii: ":"))
    }
}

/// The readings of inventory keys besides the categories that they belong to.
private struct AmbiguousKeys {
    private let space = KeySpace(prefix: "")
    /// For each reading, the indices of the event and the category whose key it is.
    private(set) var owners: [(event: Int, category: Int)] = []
    private(set) var readings: [(event: EventID, category: CategoryID)] = []

    var count: Int { readings.count }

    mutating func add(_ event: EventID, _ category: CategoryID, at owner: (event: Int, category: Int)) {
        for reading in space.inventoryReadings(ofKey: space.inventory(event, category)) where reading.event != event {
            owners.append(owner)
            readings.append(reading)
        }
    }
}
