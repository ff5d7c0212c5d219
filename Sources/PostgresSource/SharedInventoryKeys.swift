import HoldModel

extension SnapshotTableAssembly {
    /// Refuses the categories whose inventory key is another's as well: the key has no escape for the colon between its two
    /// ids (contract section 2), so that category `b:q` of event `a` and category `q` of event `a:b` have one. All
    /// categories were added, in the snapshot that is open.
    mutating func refuseSharedKeys(_ handle: ConnectionHandle) throws {
        var owners: [(event: Int, category: Int)] = []
        var readings: [(event: EventID, category: CategoryID)] = []
        for event in table.events.indices {
            let id = table.events[event].id
            let hasColon = hasColon(id)
            for category in table.events[event].categories
            where hasColon || self.hasColon(table.categories[category].id) {
                let own = (event: table.identifier(id) as EventID, category: category)
                for reading in Self.readings(own.event, table.identifier(table.categories[category].id))
                where reading.event != own.event {
                    owners.append((event, category))
                    readings.append(reading)
                }
            }
        }
        for place in try handle.existing(readings) {
            let (event, category) = owners[place]
            let other = readings[place]
            let fault =
                "its inventory key is that of category \(other.category) of event \(other.event) as well: rename one of them"
            refuse(category: category, of: event, since: fault)
        }
    }

    private func hasColon(_ text: SnapshotTable.Text) -> Bool {
        table.bytes[text.range].contains(UInt8(ascii: ":"))
    }

    private static func readings(
        _ event: EventID, _ category: CategoryID
    ) -> [(event: EventID, category: CategoryID)] {
        let keys = KeySpace(prefix: "")
        return keys.inventoryReadings(ofKey: keys.inventory(event, category))
    }
}

extension ConnectionHandle {
    /// The places of those pairs that SQL has.
    func existing(_ readings: [(event: EventID, category: CategoryID)]) throws -> [Int] {
        let possible = readings.indices.filter { place in
            Parameter.isText(readings[place].event.bytes) && Parameter.isText(readings[place].category.bytes)
        }
        if possible.isEmpty { return [] }
        let result = try run(
            .categoryReadings,
            [
                .textArray(possible.map { readings[$0].event.bytes }),
                .textArray(possible.map { readings[$0].category.bytes }),
            ])
        var places: [Int] = []
        for row in 0..<result.rowCount {
            guard let position = decimalInteger(try result.required(row, 0)),
                possible.indices.contains(Int(position) - 1)
            else { throw result.unexpected(0) }
            places.append(possible[Int(position) - 1])
        }
        return places
    }
}
