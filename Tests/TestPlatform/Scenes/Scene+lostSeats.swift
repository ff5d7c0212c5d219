/// Faults that leave seats neither on sale nor sold.
extension Scene {
    /// The hash ends in the second of the score, and the cleaner finds none.
    mutating func raceTTL() async throws {
        let hold = try await acquire("raced", [Seats(stalls, 4)], age: Scene.twoHours)
        try await deleteHash(of: hold)
        try await platform.clean(at: beforeLastHour)
        blame(hold)
    }

    /// Checkout fails after the commit; release refuses what is not `held`.
    mutating func failRollback() async throws {
        let hold = try await acquire("failed", [Seats(stalls, 3), Seats(circle, 1)], age: 120)
        try await platform.checkoutA(hold, at: now - 100)
        try await platform.closeOrder(hold, as: "failed", at: now - 90)
        try await expectRefusal(Refusal(operation: .release, reason: "not_held", token: hold.token)) {
            try await platform.release(hold, at: now - 90)
        }
        blame(hold)
    }

    /// The client claims and disappears; the cleaner drops the member, because it is not `held`.
    mutating func loseClaim() async throws {
        let hold = try await acquire("claimed", [Seats(circle, 3)], age: Scene.twoHours)
        try await platform.claim(hold, at: now - Scene.twoHours + 30, hashTTL: 3600)
        try await platform.clean(at: beforeLastHour)
        blame(hold)
    }

    /// The finalizer dies between SQL and Redis, long enough ago.
    mutating func loseFinalize() async throws {
        let hold = try await acquire("paid", [Seats(stalls, 2), Seats(circle, 2)], age: 500)
        try await platform.checkoutA(hold, at: now - 400, hashTTL: 3600)
        try await platform.confirmSQL(hold, paidAt: now - 300)
        for seats in hold.seats { expected[seats.category]?.sold += seats.quantity }
        blame(hold)
    }

    /// Finalize gets its keys in another order than the entries'; `pending` of the stalls becomes negative.
    mutating func swapCategories() async throws {
        let hold = try await acquire("swapped", [Seats(stalls, 1), Seats(circle, 9)], age: 300)
        try await platform.checkoutA(hold, at: now - 250)
        try await platform.confirmSQL(hold, paidAt: now - 200)
        try await platform.finalize(hold, categories: [circle, stalls], at: now - 200)
        for seats in hold.seats { expected[seats.category]?.sold += seats.quantity }
        faulty = hold
        seats = 8
    }

    private func expectRefusal(_ refusal: Refusal, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as Refusal where error == refusal {
            return
        }
        throw UnexpectedReply(script: refusal.operation, text: "ok")
    }
}
