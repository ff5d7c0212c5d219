/// What stands for numbers by category, such as seats or versions, in eight bytes: a sum of a keyed hash, whose key differs from
/// process to process. Two that are equal stand for the same numbers, but for one chance in 2⁶⁴.
package struct SeatDigest: Sendable, Hashable {
    private var sum: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { sum == 0 }

    package mutating func add(_ number: Int64, of category: Span<UInt8>) {
        sum &+= Self.hash(category) &* UInt64(bitPattern: number)
    }

    package mutating func take(_ number: Int64, of category: Span<UInt8>) {
        sum &-= Self.hash(category) &* UInt64(bitPattern: number)
    }

    private static func hash(_ category: Span<UInt8>) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(category)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

/// Seats in an event's `pending` that its orders do not explain, as a look has shown them: its carts must.
package struct UnexplainedSeats: Sendable, Hashable {
    package private(set) var seats = SeatDigest()
    /// Of the inventories that have such seats: the versions at which they were seen.
    package private(set) var versions = SeatDigest()
    /// Their places in the event.
    package private(set) var places: [Int] = []

    package init() {}

    package var isEmpty: Bool { places.isEmpty }

    package mutating func add(_ seats: Int64, inCategory place: Int, id: Span<UInt8>, at version: Int64) {
        self.seats.add(seats, of: id)
        versions.add(version, of: id)
        places.append(place)
    }
}
