import Foundation
import TestServers

/// Everything that a Redis holds, but for what tells the second in which it was written.
struct RedisPicture {
    private static let script = """
        local picture = {}
        for _, key in ipairs(redis.call('KEYS', '*')) do
          local kind = redis.call('TYPE', key).ok
          local words = {}
          if kind == 'hash' then words = redis.call('HGETALL', key)
          elseif kind == 'zset' then words = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
          elseif kind == 'list' then words = { 'messages', table.concat(redis.call('LRANGE', key, 0, -1), ' ') }
          else words = { 'value', redis.call('GET', key) } end
          table.insert(words, 'ends')
          table.insert(words, redis.call('TTL', key) == -1 and 'never' or 'some time')
          picture[key] = words
        end
        return cjson.encode(picture)
        """
    /// A hash written again gets its life from the run's own clock, and so does one that is closed.
    private static let instants: Set = ["expiresAt", "expiresAtEpoch", "releasedAt", "finalizedAt"]

    private let keys: [String: [String: String]]

    init(of redis: RedisServer) async throws {
        let words = try JSONDecoder().decode(
            [String: [String]].self, from: Data(try await redis.eval(Self.script).utf8))
        keys = words.mapValues { words in
            Dictionary(
                uniqueKeysWithValues: stride(from: 0, to: words.count, by: 2).map { (words[$0], words[$0 + 1]) })
        }
    }

    /// What differs, a line each.
    func differences(from other: RedisPicture) -> [String] {
        Set(keys.keys).union(other.keys.keys).sorted().flatMap { key -> [String] in
            let (mine, others) = (keys[key] ?? [:], other.keys[key] ?? [:])
            return Set(mine.keys).union(others.keys).sorted().compactMap { field in
                let (left, right) = (mine[field], others[field])
                guard left != right, !Self.areAlike(left, right, key, field) else { return nil }
                return "\(key) \(field): \(left ?? "nothing") or \(right ?? "nothing")"
            }
        }
    }

    private static func areAlike(_ left: String?, _ right: String?, _ key: String, _ field: String) -> Bool {
        guard let left, let right, instants.contains(field) || key.hasSuffix("holds:expiration-index") else {
            return false
        }
        if let first = Double(left), let second = Double(right) { return abs(first - second) <= 30 }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let first = try? style.parse(left), let second = try? style.parse(right) else { return false }
        return abs(first.timeIntervalSince(second)) <= 30
    }
}
