import TestServers

/// What stands in Redis, for tests to look at.
extension Platform {
    /// The fields of a category's inventory hash; empty where there is none.
    package func inventory(event: String, category: String) async throws -> [String: String] {
        try await redis.decoded(["HGETALL", inventoryKey(event: event, category: category)])
    }

    /// The fields of a hold's hash; empty where there is none.
    package func hold(_ token: String) async throws -> [String: String] {
        try await redis.decoded(["HGETALL", holdKey(token)])
    }

    /// The tokens in the expiration index with their scores.
    package func index() async throws -> [String: Double] {
        let members: [IndexMember] = try await redis.decoded(["ZRANGE", indexKey, "0", "-1", "WITHSCORES"])
        return Dictionary(uniqueKeysWithValues: members.map { ($0.token, $0.score) })
    }
}

/// A pair in an array, as RESP3 answers `WITHSCORES`.
private struct IndexMember: Decodable {
    let token: String
    let score: Double

    init(from decoder: any Decoder) throws {
        var pair = try decoder.unkeyedContainer()
        token = try pair.decode(String.self)
        score = try pair.decode(Double.self)
    }
}
