package import HoldModel

extension HoldStore {
    /// Reads what the hashes of holds say besides their state, in the order of the tokens; a key that is no hash has no
    /// details.
    ///
    /// - Throws: ``RedisError``.
    package func details(of tokens: [HoldToken]) async throws -> [HoldDetails] {
        let replies = try await connection.replies(
            to: tokens.flatMap { [fields(of: $0), timeToLive(of: $0)] })
        return try tokens.indices.map { position in
            let (fields, life) = (replies[2 * position], replies[2 * position + 1])
            if case .error(let message) = fields, !message.hasPrefix("WRONGTYPE") {
                throw connection.refused("HMGET of a hold", message)
            }
            if case .error(let message) = life { throw connection.refused("PTTL of a hold", message) }
            let words = fields.array ?? [.null, .null, .null]
            guard words.count == 3 else { throw connection.unexpected("HMGET of a hold") }
            return HoldDetails(
                token: words[0].bytes.map { HoldToken($0) }, metadata: words[1].bytes, expiresAt: words[2].text,
                timeToLive: life.integer.flatMap { $0 >= 0 ? $0 : nil })
        }
    }

    /// Finds the holds that a requester asked for, whatever became of them. It walks the index and, where that has
    /// none, the keyspace, since a hold that was placed wrongly may not be in the index.
    ///
    /// - Throws: ``RedisError``.
    package func tokens(askedForBy requester: String) async throws -> [HoldToken] {
        var found: Set<HoldToken> = []
        if try await indexType() == "zset" {
            try await scanIndex { try await keep($0, of: requester, in: &found) }
        }
        if found.isEmpty {
            try await scanKeys { try await keep($0.tokens, of: requester, in: &found) }
        }
        return found.sorted()
    }

    private func keep(_ tokens: [HoldToken], of requester: String, in found: inout Set<HoldToken>) async throws {
        for (token, details) in zip(tokens, try await details(of: tokens)) where details.requester == requester {
            found.insert(token)
        }
    }

    private func fields(of token: HoldToken) -> RedisCommand {
        var command = RedisCommand("HMGET")
        command.append(keys.hold(token))
        for field in ["token", "metadata", "expiresAt"] { command.append(field) }
        return command
    }

    private func timeToLive(of token: HoldToken) -> RedisCommand {
        var command = RedisCommand("PTTL")
        command.append(keys.hold(token))
        return command
    }
}
