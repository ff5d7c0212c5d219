/// Faults of checkouts that were accepted: the finalizer does not come, or SQL forgets that it came.
extension Scene {
    /// The finalizer has been away for two hours. The hash has ended by its TTL, and the cleaner has dropped the member.
    mutating func waitForFinalizer() async throws {
        let hold = try await acquire("accepted", [Seats(stalls, 2), Seats(circle, 1)], age: Scene.twoHours)
        try await platform.checkout(hold, at: now - Scene.twoHours + 30)
        try await deleteHash(of: hold)
        try await platform.clean(at: beforeLastHour)
        keep(hold)
        blame(hold)
    }

    /// The checkout failed before its message was sent, long enough ago; its hash lives, and nothing ends it.
    mutating func abandonCheckout() async throws {
        let hold = try await acquire("abandoned", [Seats(circle, 3)], age: Scene.twoHours)
        try await platform.checkout(hold, .failed, at: now - Scene.twoHours + 30, hashTTL: 3600)
        try await platform.clean(at: beforeLastHour)
        blame(hold)
    }

    /// The database is restored to an instant before a sale that Redis has finalized.
    mutating func restoreSQL() async throws {
        let hold = try await acquire("sold-since", [Seats(stalls, 2)], age: 120)
        try await platform.checkoutA(hold, at: now - 100)
        try await platform.sell(hold, at: now - 90)
        try await platform.forgetSale(hold)
        for seats in hold.seats { expected[seats.category]?.sold += seats.quantity }
        blame(hold)
    }
}
