import RedisStore
import TestPlatform
import TestRandom

/// Checkouts that are accepted while the finalizer is away. Their holds leave the books when they are sold, however late.
extension TrafficClient {
    /// One more buyer whose order waits: by one flow or the other, with every end that leaves a sale possible.
    mutating func acceptLate(_ backlog: Backlog) async throws {
        let isFlowB = Bool.random(using: &random)
        guard let hold = try await takeForCheckout(life: isFlowB ? platform.holdTTL : backlog.life) else { return }
        if isFlowB {
            try await sql.run(OrderSQL.insert(hold, createdAt: Clock.now(), expiresAt: hold.expiresAt))
            guard try await pay(hold, at: Clock.now(), hashTTL: backlog.life) else { return }
            // In a fifth of all the message is lost, and nothing says so.
            if Int.random(in: 0..<5, using: &random) == 0 {
                try await sql.run(OrderSQL.takeBack(hold, at: Clock.now()))
                books.count("failed confirmations")
            } else {
                try await send(hold)
            }
            return
        }
        // An hour and more ago: a row `failed` is evidence by its age, so that the message alone keeps the seats.
        let end = CheckoutEnd.allCases.randomElement(using: &random) ?? .accepted
        let accepted = end == .failed ? Clock.now() : Clock.now() - 7200
        try await checkout(hold, end, at: accepted)
    }

    /// A checkout that failed long ago: its seats come back.
    mutating func abandonCheckout() async throws {
        guard let hold = try await takeForCheckout(life: platform.holdTTL) else { return }
        let accepted = Clock.now() - 7200
        if Bool.random(using: &random) {
            try await checkout(hold, nil, at: accepted)
            letGo(hold)
            try await sql.run(IdempotencySQL.end(hold, as: "failed", at: accepted))
        } else {
            try await sql.run(OrderSQL.insert(hold, createdAt: accepted, expiresAt: hold.expiresAt))
            guard try await pay(hold, at: accepted, hashTTL: 0) else { return }
            letGo(hold)
            try await sql.run(OrderSQL.takeBack(hold, at: accepted))
        }
    }

    private func letGo(_ hold: PlatformHold) {
        books.letGo(hold)
        books.note(.abandonedCheckout, hold)
    }

    /// A hold and, where it is of flow A, its claim at once, for it lives for a moment only.
    private mutating func takeForCheckout(life: Int) async throws -> PlatformHold? {
        guard let hold = newHold(at: Clock.now(), life: life, isSold: true) else { return nil }
        var calls = [platform.acquireCall(hold)]
        if life < platform.holdTTL { calls.append(platform.claimCall(hold, at: hold.createdAt, hashTTL: life)) }
        guard try await scripts.words(calls).first == "ok" else {
            books.count("sold out")
            return nil
        }
        books.take(hold)
        return hold
    }

    /// Flow A behind the claim, where that is done.
    ///
    /// - Parameter end: how it ends; not at all where it is `nil`.
    private mutating func checkout(_ hold: PlatformHold, _ end: CheckoutEnd?, at accepted: Int) async throws {
        try await sql.run(IdempotencySQL.begin(hold, at: accepted))
        if hold.expiresAt - hold.createdAt == platform.holdTTL {
            guard try await perform(platform.claimCall(hold)) else { return }
        }
        try await sql.run(OrderSQL.insert(hold, createdAt: accepted, expiresAt: nil))
        guard try await perform(platform.commitCall(hold)), let end else { return }
        books.count("checkouts that end as \(end)")
        if end.sendsMessage { try await send(hold) }
        if let status = end.status { try await sql.run(IdempotencySQL.end(hold, as: status, at: accepted)) }
    }

    /// Flow B at payment.
    private func pay(_ hold: PlatformHold, at now: Int, hashTTL: Int) async throws -> Bool {
        guard try await perform(platform.claimCall(hold, hashTTL: hashTTL)) else { return false }
        try await sql.run(OrderSQL.pay(hold, at: now))
        return try await perform(platform.commitCall(hold))
    }

    private func send(_ hold: PlatformHold) async throws {
        let text = try FinalizationMessage(hold, at: Clock.now()).json()
        _ = try await scripts.connection.reply(to: RedisCommand("LPUSH", platform.queueKey, text), "LPUSH")
    }
}
