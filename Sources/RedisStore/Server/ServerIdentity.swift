/// The identity of a server between restarts. It is noted at the start of a run and compared during it, since a server
/// that restarted, was flushed or failed over may have other data (design section 4).
package struct ServerIdentity: Sendable, Hashable {
    package let runID: String?
    package let replicationID: String?
    let role: String?
    /// How often `FLUSHALL`, `FLUSHDB` and `SWAPDB` ran since the server's start; `nil` where the user may not ask.
    let flushes: Int?
    /// How many keys of any user were evicted since the server's start; `nil` where the user may not ask.
    let evictions: Int?

    /// Returns how many keys were evicted between `earlier` and this, at the least; 0 where that is unknown.
    package func evicted(since earlier: ServerIdentity) -> Int {
        guard let evictions, let before = earlier.evictions else { return 0 }
        // A lower count has been started anew.
        return evictions < before ? evictions : evictions - before
    }

    /// Says what happened between `earlier` and this; `nil` where it is the same server with its data.
    package func change(since earlier: ServerIdentity) -> String? {
        if runID == nil, earlier.runID != nil {
            return "Redis began to refuse INFO, which tells whether it is the same server,"
        }
        if runID != earlier.runID { return "Redis was restarted, or another server answers now" }
        if role != earlier.role { return "Redis changed its role from \(earlier.role ?? "?") to \(role ?? "?")" }
        if replicationID != earlier.replicationID { return "Redis failed over: its replication id changed" }
        if let flushes, let before = earlier.flushes, flushes > before { return "Redis was flushed" }
        return nil
    }
}

extension RedisConnection {
    /// Reads the identity. Where the server refuses `INFO`, it is empty and never changes.
    ///
    /// - Throws: ``RedisError``.
    package func identity() async throws -> ServerIdentity {
        var fields: [String: String] = [:]
        for section in ["server", "replication", "stats", "commandstats"] {
            for (name, value) in try await info(section) { fields[name] = value }
        }
        let flushes = ["flushall", "flushdb", "swapdb"].compactMap { fields["cmdstat_" + $0] }.compactMap { text in
            text.split(separator: ",").first?.split(separator: "=").last.flatMap { Int($0) }
        }
        return ServerIdentity(
            runID: fields["run_id"], replicationID: fields["master_replid"], role: fields["role"],
            flushes: fields.isEmpty ? nil : flushes.reduce(0, +),
            evictions: fields["evicted_keys"].flatMap { Int($0) })
    }

    /// Measures how long Redis takes to answer a question that costs it nothing.
    package func latency() async throws -> Duration {
        let start = ContinuousClock.now
        // A refusal is an answer as well.
        _ = try await replies(to: [RedisCommand("PING")])
        return .now - start
    }
}
