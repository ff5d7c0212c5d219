/// What stands for seats by category and version of its inventory, in 16 bytes: sums of a keyed hash, whose key differs from
/// process to process. Two that are equal stand for the same seats, but for one chance in 2⁶⁴.
///
/// `pending` says more seats than the orders of an event explain where it has carts. Those seats are added when the event is
/// looked at, and taken away again cart by cart: nothing is left where both say the same, and each category stood still
/// between the two, since acquire, release and finalize each raise its version (contract section 3).
package struct SeatDigest: Sendable, Hashable {
    private var seats: Int64 = 0
    private var digest: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { seats == 0 && digest == 0 }

    package mutating func add(_ seats: Int64, of category: Span<UInt8>, at version: Int64) {
        self.seats &+= seats
        digest &+= Self.hash(category, version) &* UInt64(bitPattern: seats)
    }

    package mutating func take(_ seats: Int64, of category: Span<UInt8>, at version: Int64) {
        self.seats &-= seats
        digest &-= Self.hash(category, version) &* UInt64(bitPattern: seats)
    }

    private static func hash(_ category: Span<UInt8>, _ version: Int64) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(category)
        hasher.combine(version)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
