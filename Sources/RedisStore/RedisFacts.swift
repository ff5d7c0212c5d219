package import HoldModel

/// What a Redis server says of itself, as far as the program acts on it.
package struct RedisFacts: Sendable {
    /// `redis_version`; `nil` where the user may not ask.
    package let version: String?
    /// `master` or `slave`.
    package let role: String?
    package let runID: String?
    package let isCluster: Bool
    package let maxmemoryPolicy: String?
    /// Redis' own clock.
    package let time: Timestamp

    /// Whether the server takes script flags: Redis 7 and newer.
    package var knowsScriptFlags: Bool {
        guard let major = version?.split(separator: ".").first.flatMap({ Int($0) }) else { return false }
        return major >= 7
    }
}

extension RedisConnection {
    /// Redis' clock: expiry is judged by it (design section 4).
    package func time() async throws -> Timestamp {
        let reply = try await reply(to: RedisCommand("TIME"), "TIME")
        guard let parts = reply.array, parts.count == 2,
            let seconds = parts[0].bytes.flatMap({ decimalInteger($0) }),
            let microseconds = parts[1].bytes.flatMap({ decimalInteger($0) })
        else { throw unexpected("TIME") }
        return Timestamp(milliseconds: seconds * 1000 + microseconds / 1000)
    }

    /// - Throws: ``RedisError``; a user without `INFO` gets facts with gaps instead, since no job depends on them.
    package func facts() async throws -> RedisFacts {
        var fields: [String: String] = [:]
        for section in ["server", "replication", "cluster", "memory"] {
            for (name, value) in try await info(section) { fields[name] = value }
        }
        return RedisFacts(
            version: fields["redis_version"], role: fields["role"], runID: fields["run_id"],
            isCluster: fields["cluster_enabled"] == "1", maxmemoryPolicy: fields["maxmemory_policy"],
            time: try await time())
    }

    /// The fields of one section; none where the user may not ask.
    func info(_ section: String) async throws -> [String: String] {
        let text: String?
        do {
            text = try await reply(to: RedisCommand("INFO", section), "INFO").text
        } catch let error as RedisError where error.code == "NOPERM" {
            return [:]
        }
        var fields: [String: String] = [:]
        for line in (text ?? "").split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = String(line[line.index(after: colon)...])
        }
        return fields
    }
}
