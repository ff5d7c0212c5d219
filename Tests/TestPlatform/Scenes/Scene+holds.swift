/// Faults of single holds: hash, order and expiry disagree.
extension Scene {
    /// A late commit re-creates an ended hash with two fields; nobody wrote an order.
    mutating func makeZombie() async throws {
        let hold = try await acquire("zombie", [Seats(stalls, 5)], age: Scene.twoHours)
        try await platform.claim(hold, at: now - Scene.twoHours + 30)
        try await deleteHash(of: hold)
        try await platform.clean(at: beforeLastHour)
        try await platform.commit(hold)
        blame(hold)
    }

    /// Extended in Redis; the order says that it ended. The hold is alive, its seats are rightly pending.
    mutating func extendHold() async throws {
        let hold = try await acquire("extended", [Seats(circle, 2)], age: platform.holdTTL + 30)
        try await platform.orderB(hold, at: now - platform.holdTTL)
        let extended = try await platform.extend(hold, by: platform.holdTTL, at: now - 60)
        keep(extended)
        faulty = extended
    }

    /// Redis lost the hash of a hold whose order is open; index and counts are still there.
    mutating func loseHash() async throws {
        let hold = try await acquire("forgotten", [Seats(stalls, 2), Seats(circle, 1)])
        try await platform.checkoutA(hold)
        try await deleteHash(of: hold)
        keep(hold)
        blame(hold)
    }

    /// Past its expiry, and the cleaner has not come yet.
    mutating func letHoldExpire() async throws {
        blame(try await acquire("expired", [Seats(stalls, 4)], age: platform.holdTTL + 120))
    }

    /// The order is cancelled, the hold is still `held`.
    mutating func closeOrder() async throws {
        let hold = try await acquire("cancelled", [Seats(circle, 4)], age: 60)
        try await platform.orderB(hold, at: now - 50)
        try await platform.closeOrder(hold, as: "cancelled", at: now - 40)
        blame(hold)
    }

    /// The hold is released, its order stays open: the seats are on sale again, and promised.
    mutating func releaseUnderOrder() async throws {
        let hold = try await acquire("released", [Seats(stalls, 3)], age: 60)
        try await platform.orderB(hold, at: now - 50)
        try await platform.release(hold, at: now - 40)
        blame(hold)
    }
}
