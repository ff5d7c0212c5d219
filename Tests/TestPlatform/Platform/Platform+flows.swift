/// The two order flows that are live at once, and what ends both.
extension Platform {
    /// Flow A as far as the hold's commit: claims the hold, writes the order without expiry, commits the hold.
    package func checkoutA(
        _ hold: PlatformHold, at now: Int = Clock.now(), hashTTL: Int = 0, form: OrderForm = .items
    ) async throws {
        try await claim(hold, at: now, hashTTL: hashTTL)
        try await insertOrder(hold, createdAt: now, expiresAt: nil, form: form)
        try await commit(hold)
    }

    /// Flow A, the whole request to the checkout API.
    ///
    /// - Parameters:
    ///   - end: how far it comes; the buyer has an order number with `accepted` only.
    ///   - hashTTL: seconds that the hash lives from the real now on; as long as a new hold's unless given.
    package func checkout(
        _ hold: PlatformHold, _ end: CheckoutEnd = .accepted, at now: Int = Clock.now(), hashTTL: Int? = nil,
        form: OrderForm = .items
    ) async throws {
        try await sql(IdempotencySQL.begin(hold, at: now))
        try await checkoutA(hold, at: now, hashTTL: hashTTL ?? holdTTL, form: form)
        if end.sendsMessage { try await send(FinalizationMessage(hold, at: now)) }
        if let status = end.status { try await sql(IdempotencySQL.end(hold, as: status, at: now)) }
    }

    /// Flow B, the order API: the order is written with the hold's expiry while the hold is still `held`.
    package func orderB(
        _ hold: PlatformHold, at now: Int = Clock.now(), form: OrderForm = .items
    ) async throws {
        try await insertOrder(hold, createdAt: now, expiresAt: hold.expiresAt, form: form)
    }

    /// Flow B at payment: the hold is claimed, the order goes to `processing` without expiry, the hold is committed.
    package func payB(_ hold: PlatformHold, at now: Int = Clock.now(), hashTTL: Int = 0) async throws {
        try await claim(hold, at: now, hashTTL: hashTTL)
        try await sql(OrderSQL.pay(hold, at: now))
        try await commit(hold)
    }

    /// Flow B at payment, the whole request: the finalizer learns of it.
    package func confirmB(_ hold: PlatformHold, at now: Int = Clock.now(), hashTTL: Int? = nil) async throws {
        try await payB(hold, at: now, hashTTL: hashTTL ?? holdTTL)
        try await send(FinalizationMessage(hold, at: now))
    }

    /// Flow B at payment, where an error comes: the order is taken back, and the hold stays claimed, for its release is
    /// refused.
    ///
    /// - Parameter sending: whether the message went out before the error.
    package func failConfirmationB(
        _ hold: PlatformHold, sending: Bool = false, at now: Int = Clock.now(), hashTTL: Int? = nil
    ) async throws {
        try await payB(hold, at: now, hashTTL: hashTTL ?? holdTTL)
        if sending { try await send(FinalizationMessage(hold, at: now)) }
        try await sql(OrderSQL.takeBack(hold, at: now))
        do {
            try await release(hold, at: now)
        } catch let refusal as Refusal where refusal.reason == "not_held" {
            return
        }
        throw UnexpectedReply(script: .release, text: "ok")
    }

    /// The finalizer of an order whose message is in no list: SQL first, then Redis.
    package func sell(_ hold: PlatformHold, at now: Int = Clock.now()) async throws {
        try await confirmSQL(hold, paidAt: now)
        try await finalize(hold, at: now)
    }
}
