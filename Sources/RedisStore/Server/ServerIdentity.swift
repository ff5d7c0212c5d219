/// Which server answers, and in which life: noted at the start of a run and compared while it goes on, since a server
/// that restarted, was flushed or failed over holds another world (design section 4).
package struct ServerIdentity: Sendable, Hashable {
    let runID: String?
    let replicationID: String?
    let role: String?
    /// `FLUSHALL`, `FLUSHDB` and `SWAPDB` since the server's start; `nil` where the user may not ask.
    let flushes: Int?
    /// Keys that were evicted since then, whoever's they were; `nil` where the user may not ask.
    let evictions: Int?

    /// Keys that were evicted between ``earlier`` and this, at the least; none where that cannot be told.
    package func evicted(since earlier: ServerIdentity) -> Int {
        guard let evictions, let before = earlier.evictions else { return 0 }
        // A count that has fallen was begun anew.
        return evictions < before ? evictions : evictions - before
    }

    /// What happened between `earlier` and this, in words; `nil` where it is the same server, undisturbed.
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
    /// - Throws: ``RedisError``; where the server refuses `INFO` this is an identity that says nothing and never changes.
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

    /// How long Redis takes to answer a question that costs it nothing.
    package func latency() async throws -> Duration {
        let start = ContinuousClock.now
        // Where it refuses the question, it has answered as well.
        _ = try await replies(to: [RedisCommand("PING")])
        return .now - start
    }
}
