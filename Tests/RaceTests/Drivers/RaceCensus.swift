import HoldModel
import RedisStore

/// The tokens that the reconciler knows of, as `Census` and `CensusTaker` keep them: they cannot be stepped.
struct RaceCensus: Sendable, Hashable {
    private var noticed: [HoldToken] = []
    /// The event's own that nobody has taken yet.
    private var new: [HoldToken] = []
    /// Tokens whose hash does not say its event, or that have none.
    private var strays: [HoldToken] = []

    func isKnown(_ token: HoldToken) -> Bool {
        noticed.contains(token)
    }

    /// Takes the event's tokens that came after `known` was taken.
    mutating func takeNew(besides known: [HoldToken]) -> [HoldToken] {
        defer { new = [] }
        return new.filter { !known.contains($0) }
    }

    /// Walks the index; a token without a hash may have been acquired since.
    mutating func walkIndex(_ bench: Bench) async throws {
        let tokens = strays
        strays = []
        try await settle(tokens, bench)
        var members: [HoldToken] = []
        try await bench.store.scanIndex { members += $0 }
        try await place(members, bench)
    }

    /// Walks all keys, for holds that the index does not know.
    mutating func walkKeyspace(_ bench: Bench) async throws {
        var tokens: [HoldToken] = []
        try await bench.store.scanKeys { tokens += $0.tokens }
        try await place(tokens, bench)
    }

    /// Finds the events of tokens that are not known yet.
    mutating func place(_ found: [HoldToken], _ bench: Bench) async throws {
        let unknown = found.sorted().filter { !isKnown($0) }
        noticed += unknown
        try await settle(unknown, bench)
    }

    private mutating func settle(_ tokens: [HoldToken], _ bench: Bench) async throws {
        for (token, place) in zip(tokens, try await bench.store.places(of: tokens)) {
            if place == .events([Bench.event]) { new.append(token) } else { strays.append(token) }
        }
    }
}
