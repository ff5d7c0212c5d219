extension HoldRepairs {
    /// Takes the right to write now, not with the first write: for who must be sure of it beforehand.
    ///
    /// - Throws: ``LeaseLoss``, and ``RedisError`` where this server or user takes no writes.
    package func takeLease() async throws {
        _ = try await lease.owner()
    }
}
