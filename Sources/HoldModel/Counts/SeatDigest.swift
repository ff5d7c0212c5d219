/// A digest, in eight bytes, of numbers by category, such as seats or versions. It is a sum of a keyed hash whose key
/// differs from process to process. Two digests that are equal stand for the same numbers, but for one chance in 2⁶⁴.
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

/// Seats in an event's `pending` that its orders do not explain, as one look has shown them: its carts must explain
/// them.
package struct UnexplainedSeats: Sendable, Hashable {
    package private(set) var seats = SeatDigest()
    /// The versions at which the inventories with such seats were seen.
    package private(set) var versions = SeatDigest()
    /// The indices of those categories in the event.
    package private(set) var places: [Int] = []

    package init() {}

    package var isEmpty: Bool { places.isEmpty }

    package mutating func add(_ seats: Int64, inCategory place: Int, id: Span<UInt8>, at version: Int64) {
        self.seats.add(seats, of: id)
        versions.add(version, of: id)
        places.append(place)
    }
}
