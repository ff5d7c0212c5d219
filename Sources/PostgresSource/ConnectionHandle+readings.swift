import HoldModel

extension ConnectionHandle {
    /// Which readings of inventory keys are categories that SQL has, by their places.
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
