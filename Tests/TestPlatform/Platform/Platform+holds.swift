import TestServers

/// The platform's operations on holds, each one run of its script.
extension Platform {
    /// Takes seats off sale. `hashTTL` counts from the real now, whatever `now` says.
    @discardableResult
    package func acquire(
        _ token: String, event: String, _ seats: [Seats], at now: Int = Clock.now(), holdTTL: Int? = nil,
        hashTTL: Int? = nil, requester: String = "guest"
    ) async throws -> PlatformHold {
        let hold = PlatformHold(
            token: token, event: event, seats: seats, createdAt: now, expiresAt: now + (holdTTL ?? self.holdTTL))
        try await run(acquireCall(hold, hashTTL: hashTTL, requester: requester))
        return hold
    }

    /// Takes many holds at once, each as ``acquire(_:event:_:at:holdTTL:hashTTL:requester:)`` does.
    package func acquire(_ holds: [PlatformHold]) async throws {
        let calls = holds.map { acquireCall($0) }
        let replies = try await redis.eval(
            PlatformScript.acquire.text, each: calls.map { (keys: $0.keys, arguments: $0.arguments) }
        ).split(separator: "\n")
        guard replies.count == holds.count else {
            throw UnexpectedReply(script: .acquire, text: replies.joined(separator: "\n"))
        }
        for (call, reply) in zip(calls, replies) {
            if let refusal = call.refusal(String(reply)) { throw refusal }
        }
    }

    /// The buyer goes to checkout; `hashTTL` extends the hash's life where it is given.
    package func claim(_ hold: PlatformHold, at now: Int = Clock.now(), hashTTL: Int = 0) async throws {
        try await run(claimCall(hold, at: now, hashTTL: hashTTL))
    }

    /// Asks nothing: a hash that has ended comes back with two fields.
    package func commit(_ hold: PlatformHold) async throws {
        try await run(commitCall(hold))
    }

    /// Gives the hold `seconds` from `now` on, in Redis only. Returns the hold with its new expiry.
    @discardableResult
    package func extend(_ hold: PlatformHold, by seconds: Int, at now: Int = Clock.now()) async throws -> PlatformHold {
        try await run(extendCall(hold, by: seconds, at: now))
        return PlatformHold(
            token: hold.token, event: hold.event, seats: hold.seats, createdAt: hold.createdAt, expiresAt: now + seconds
        )
    }

    package func release(
        _ hold: PlatformHold, as status: String = "cancelled", reason: String = "user", at now: Int = Clock.now()
    ) async throws {
        try await run(releaseCall(hold, as: status, reason: reason, at: now))
    }

    /// Moves seats from pending to sold. `categories` gives the inventory keys in another order than the entries'.
    package func finalize(
        _ hold: PlatformHold, categories: [String]? = nil, at now: Int = Clock.now()
    ) async throws {
        try await run(finalizeCall(hold, categories: categories, at: now))
    }

    private func run(_ call: PlatformCall) async throws {
        let reply = try await redis.eval(call.script.text, keys: call.keys, arguments: call.arguments)
        if let refusal = call.refusal(reply) { throw refusal }
    }
}
