import HoldModel

extension ConnectionHandle {
    /// Returns the indices of those readings of inventory keys whose category SQL has.
    func existing(_ readings: [(event: EventID, category: CategoryID)]) throws -> [Int] {
        let events = Set(try places(ofHoldable: readings.map(\.event.bytes)))
        let possible = try places(ofHoldable: readings.map(\.category.bytes)).filter(events.contains)
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
