import Foundation
import TestPlatform
import TestServers

/// All keys of a platform with their content and lives, but for the lease.
struct Keyspace: Equatable {
    struct Key: Equatable {
        var content: [String: String]
        /// Milliseconds since 1970; `-1` for a key that stays.
        let expiry: Int
    }

    private var keys: [String: Key] = [:]

    init(of platform: Platform) async throws {
        let script = """
            local lines = {}
            for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
              local kind = redis.call('TYPE', key).ok
              local words = kind == 'hash' and redis.call('HGETALL', key)
                or kind == 'zset' and redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
                or { kind, redis.call('DUMP', key) }
              lines[#lines + 1] = cjson.encode({ key, redis.call('PEXPIRETIME', key), words })
            end
            return table.concat(lines, '\\n')
            """
        let text = try await platform.redis.command("EVAL", script, "0", platform.keyPrefix)
        for line in text.split(separator: "\n") {
            let parts = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any] ?? []
            guard parts.count == 3, let key = parts[0] as? String, let expiry = parts[1] as? Int else { continue }
            if key.hasSuffix("hold-reconciler:lease") { continue }
            let words = parts[2] as? [String] ?? []
            var content: [String: String] = [:]
            for place in stride(from: 0, to: words.count - 1, by: 2) { content[words[place]] = words[place + 1] }
            keys[key] = Key(content: content, expiry: expiry)
        }
    }

    /// Whether all is the same, but for versions, and for a second of a key's life.
    func isSame(as other: Keyspace) -> Bool { differences(from: other).isEmpty }

    func differences(from other: Keyspace) -> [String] {
        Set(keys.keys).union(other.keys.keys).sorted().compactMap { name in
            guard var key = keys[name], var theirs = other.keys[name] else {
                return "\(name): \(keys[name] == nil ? "missing" : "new")"
            }
            if let version = key.content["version"].flatMap({ Int($0) }),
                let old = theirs.content["version"].flatMap({ Int($0) }),
                version < old
            {
                return "\(name): version went back from \(old) to \(version)"
            }
            key.content["version"] = nil
            theirs.content["version"] = nil
            if key.content != theirs.content { return "\(name): \(key.content) was \(theirs.content)" }
            return abs(key.expiry - theirs.expiry) > 1000 ? "\(name): ends \(key.expiry - theirs.expiry) ms later" : nil
        }
    }
}
