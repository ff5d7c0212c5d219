extension HoldRepairs {
    /// Takes the lease now, and not with the first write, for callers that must be sure of it beforehand.
    ///
    /// - Throws: ``LeaseLoss``, and ``RedisError`` where this server or user takes no writes.
    package func takeLease() async throws {
        _ = try await lease.owner()
    }
}
