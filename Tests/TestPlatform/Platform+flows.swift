/// The two order flows that are live at once, and what ends both.
extension Platform {
    /// Flow A, the checkout API: claims the hold, writes the order without expiry, commits the hold.
    package func checkoutA(
        _ hold: PlatformHold, at now: Int = Clock.now(), hashTTL: Int = 0, form: OrderForm = .items
    ) async throws {
        try await claim(hold, at: now, hashTTL: hashTTL)
        try await insertOrder(hold, createdAt: now, expiresAt: nil, form: form)
        try await commit(hold)
    }

    /// Flow B, the order API: the order is written with the hold's expiry while the hold is still `held`.
    package func orderB(
        _ hold: PlatformHold, at now: Int = Clock.now(), form: OrderForm = .items
    ) async throws {
        try await insertOrder(hold, createdAt: now, expiresAt: hold.expiresAt, form: form)
    }

    /// Flow B at payment: the order goes to `processing` without expiry, the hold is claimed and committed.
    package func payB(_ hold: PlatformHold, at now: Int = Clock.now(), hashTTL: Int = 0) async throws {
        try await updateOrder(hold, status: "processing", at: now)
        try await claim(hold, at: now, hashTTL: hashTTL)
        try await commit(hold)
    }

    /// The finalizer: SQL first, then Redis.
    package func sell(_ hold: PlatformHold, at now: Int = Clock.now()) async throws {
        try await confirmSQL(hold, paidAt: now)
        try await finalize(hold, at: now)
    }
}
