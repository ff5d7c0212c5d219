import TestServers

/// The platform's operations on orders, each one transaction.
extension Platform {
    /// Writes a hold's order.
    package func insertOrder(
        _ hold: PlatformHold, status: String = "pending_payment", createdAt: Int, expiresAt: Int?,
        form: OrderForm = .items
    ) async throws {
        try await sql(OrderSQL.insert(hold, status: status, createdAt: createdAt, expiresAt: expiresAt, form: form))
    }

    /// Sets an order's status and expiry; counts and tickets stay as they are.
    package func updateOrder(
        _ hold: PlatformHold, status: String, expiresAt: Int? = nil, at now: Int = Clock.now()
    ) async throws {
        try await sql(OrderSQL.update(hold, status: status, expiresAt: expiresAt, at: now))
    }

    /// The finalizer's first half: the order is confirmed, its seats are sold, its tickets valid.
    package func confirmSQL(_ hold: PlatformHold, paidAt: Int = Clock.now()) async throws {
        try await sql(OrderSQL.confirm(hold, paidAt: paidAt))
    }

    /// Closes an order as `cancelled`, `failed`, `refunded` or `expired`. Seats that were sold come back in SQL; Redis
    /// is not told.
    package func closeOrder(_ hold: PlatformHold, as status: String, at now: Int = Clock.now()) async throws {
        try await sql(OrderSQL.close(hold, as: status, at: now))
    }

    /// Takes the sale out of SQL, as the restoring of an older database does; Redis keeps it.
    package func forgetSale(_ hold: PlatformHold) async throws {
        try await sql(OrderSQL.forgetSale(hold))
    }
}
