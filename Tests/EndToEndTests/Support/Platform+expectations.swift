import TestPlatform
import TestServers
import Testing

/// What must be true of a platform once a fault is put right.
extension Platform {
    /// What says to a purge of all holds how many it finds.
    func expectingMembers() async throws -> [String] {
        ["--expect", try await redis.command("ZCARD", indexKey)]
    }

    /// - Parameter listed: tokens of other events that are in the index as well.
    func expect(_ injection: Injection, alsoListed listed: Set<String> = []) async throws {
        for (category, counts) in injection.expected {
            var fields = try await inventory(event: injection.event, category: category)
            fields["version"] = nil
            #expect(fields == counts.fields, "\(category)")
        }
        let index = try await index()
        for hold in injection.live {
            let hash = try await self.hold(hold.token)
            #expect(["held", "checkout_pending", "checkout_committed"].contains(hash["status"]), "\(hold.token)")
            #expect(index[hold.token].map { String(Int($0)) } == hash["expiresAtEpoch"], "\(hold.token)")
            if injection.redisOnly.contains(hold.token) { #expect(hash["expiresAtEpoch"] == String(hold.expiresAt)) }
        }
        let tokens = Set(injection.live.map(\.token))
        #expect(Set(index.keys) == tokens.union(listed))
    }

    /// Each category's inventory hash.
    func inventory(of injection: Injection) async throws -> [String: [String: String]] {
        var hashes: [String: [String: String]] = [:]
        for category in injection.categories {
            hashes[category] = try await inventory(event: injection.event, category: category)
        }
        return hashes
    }

    func hashes(of tokens: Set<String>) async throws -> [String: [String: String]] {
        var hashes: [String: [String: String]] = [:]
        for token in tokens { hashes[token] = try await hold(token) }
        return hashes
    }
}
