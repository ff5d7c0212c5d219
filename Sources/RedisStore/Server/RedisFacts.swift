import FoundationEssentials
package import HoldModel

/// The facts about a Redis server that the program acts on.
package struct RedisFacts: Sendable {
    /// `redis_version`; `nil` where the user may not ask.
    package let version: String?
    /// `master` or `slave`.
    package let role: String?
    package let runID: String?
    package let isCluster: Bool
    package let maxmemoryPolicy: String?
    /// Redis' own clock; `nil` where the user may not ask.
    package let time: Timestamp?
    /// A sentence for each command that the program does without.
    package let lacks: [String]

    /// Whether the server takes script flags: Redis 7 and newer.
    package var knowsScriptFlags: Bool {
        guard let major = version?.split(separator: ".").first.flatMap({ Int($0) }) else { return false }
        return major >= 7
    }
}

extension RedisConnection {
    /// Reads the clock by which expiry is judged (design section 4): Redis' own, else this machine's.
    package func time() async throws -> Timestamp {
        try await ownTime() ?? Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Reads Redis' clock; `nil` where the user may not.
    package func ownTime() async throws -> Timestamp? {
        if lacking.contains("TIME") { return nil }
        guard let reply = try await optionalReply(to: RedisCommand("TIME"), "TIME") else { return nil }
        guard let parts = reply.array, parts.count == 2,
            let seconds = parts[0].bytes.flatMap({ decimalInteger($0) }),
            let microseconds = parts[1].bytes.flatMap({ decimalInteger($0) })
        else { throw unexpected("TIME") }
        return Timestamp(milliseconds: seconds * 1000 + microseconds / 1000)
    }

    /// Reads the facts. Where the server refuses `INFO` or `TIME` some are missing, since no job depends on them.
    ///
    /// - Throws: ``RedisError``.
    package func facts() async throws -> RedisFacts {
        var fields: [String: String] = [:]
        for section in ["server", "replication", "cluster", "memory"] {
            for (name, value) in try await info(section) { fields[name] = value }
        }
        let time = try await ownTime()
        return RedisFacts(
            version: fields["redis_version"], role: fields["role"], runID: fields["run_id"],
            isCluster: fields["cluster_enabled"] == "1", maxmemoryPolicy: fields["maxmemory_policy"],
            time: time, lacks: lacks)
    }

    /// Reads the fields of one section; none where the user may not.
    func info(_ section: String) async throws -> [String: String] {
        let text = try await optionalReply(to: RedisCommand("INFO", section), "INFO")?.text
        var fields: [String: String] = [:]
        for line in (text ?? "").split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        return fields
    }
}
