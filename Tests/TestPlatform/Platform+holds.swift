import TestServers

/// The platform's operations on holds, each one run of its script.
extension Platform {
    /// Takes seats off sale. `hashTTL` counts from the real now, whatever `now` says.
    @discardableResult
    package func acquire(
        _ token: String, event: String, _ seats: [Seats], at now: Int = Clock.now(), holdTTL: Int? = nil,
        hashTTL: Int? = nil, requester: String = "guest"
    ) async throws -> PlatformHold {
        let life = holdTTL ?? self.holdTTL
        let hold = PlatformHold(token: token, event: event, seats: seats, createdAt: now, expiresAt: now + life)
        try await run(
            .acquire, hold, keys: [holdKey(token), indexKey] + inventoryKeys(hold),
            [token, event, String(now), String(life), String(hashTTL ?? life), requester]
                + seats.flatMap { [$0.category, String($0.quantity)] })
        return hold
    }

    /// The buyer goes to checkout; `hashTTL` extends the hash's life where it is given.
    package func claim(_ hold: PlatformHold, at now: Int = Clock.now(), hashTTL: Int = 0) async throws {
        try await run(.claim, hold, keys: [holdKey(hold.token)], [String(now), String(hashTTL)])
    }

    /// Asks nothing: a hash that has ended comes back with two fields.
    package func commit(_ hold: PlatformHold) async throws {
        try await run(.commit, hold, keys: [holdKey(hold.token)], [hold.order])
    }

    /// Gives the hold `seconds` from `now` on, in Redis only. Returns the hold with its new expiry.
    @discardableResult
    package func extend(_ hold: PlatformHold, by seconds: Int, at now: Int = Clock.now()) async throws -> PlatformHold {
        try await run(
            .extend, hold, keys: [holdKey(hold.token), indexKey],
            [hold.token, String(now), String(seconds), String(seconds)])
        return PlatformHold(
            token: hold.token, event: hold.event, seats: hold.seats, createdAt: hold.createdAt, expiresAt: now + seconds
        )
    }

    package func release(
        _ hold: PlatformHold, as status: String = "cancelled", reason: String = "user", at now: Int = Clock.now()
    ) async throws {
        try await run(
            .release, hold, keys: [holdKey(hold.token), indexKey] + inventoryKeys(hold),
            [hold.token, String(now), status, reason, String(releasedTTL)])
    }

    /// Moves seats from pending to sold. `categories` gives the inventory keys in another order than the entries'.
    package func finalize(
        _ hold: PlatformHold, categories: [String]? = nil, at now: Int = Clock.now()
    ) async throws {
        let inventory = categories?.map { inventoryKey(event: hold.event, category: $0) } ?? inventoryKeys(hold)
        try await run(
            .finalize, hold, keys: [holdKey(hold.token), indexKey] + inventory,
            [hold.token, String(now), hold.order, "payment-\(hold.token)", String(finalizedTTL)])
    }

    private func inventoryKeys(_ hold: PlatformHold) -> [String] {
        hold.seats.map { inventoryKey(event: hold.event, category: $0.category) }
    }

    private func run(
        _ script: PlatformScript, _ hold: PlatformHold, keys: [String], _ arguments: [String]
    ) async throws {
        let reply = try await redis.eval(script.text, keys: keys, arguments: arguments)
        guard reply == "ok" else { throw Refusal(operation: script, reason: reply, token: hold.token) }
    }
}
