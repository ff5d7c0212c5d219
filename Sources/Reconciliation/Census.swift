package import HoldModel

/// The tokens that exist in Redis, by event. A token is kept once, wherever it was seen.
package struct Census: Sendable {
    private var tokens: [EventID: [HoldToken]] = [:]
    var known: [TokenDigest: Standing] = [:]
    /// Tokens whose key does not say which event they belong to, or that have no hash.
    private(set) var strays: [HoldToken] = []
    /// What the walk over SQL's events has met, by event; see ``Census+awaited``.
    var met: [EventID: PackedTokens] = [:]
    /// How many tokens wait for that walk.
    var awaitedCount = 0
    /// Those of them that are not in the index, which could be walked for them once more.
    var unindexed: [HoldToken] = []
    /// Tokens that this walk has met before the index has shown them, while both go on.
    var early: Set<TokenDigest>?
    /// Whether tokens are left to that walk.
    var isAwaiting = false

    enum Standing {
        /// Its event is known, or it is a stray.
        case placed
        /// It waits for the walk over SQL's events to meet it.
        case awaited
    }

    package init() {}

    /// - Returns: whether the token is new here.
    mutating func notice(_ token: HoldToken) -> Bool {
        known.updateValue(.placed, forKey: TokenDigest(token)) == nil
    }

    /// Takes a token out that is not this run's to keep; wherever it is seen again it is new again.
    mutating func forget(_ token: HoldToken) {
        known[TokenDigest(token)] = nil
    }

    func isKnown(_ token: HoldToken) -> Bool {
        known[TokenDigest(token)] != nil
    }

    mutating func place(_ token: HoldToken, in event: EventID) {
        tokens[event, default: []].append(token)
    }

    mutating func leaveStray(_ token: HoldToken) {
        strays.append(token)
    }

    mutating func takeStrays() -> [HoldToken] {
        defer { strays = [] }
        return strays
    }

    package func tokens(of event: EventID) -> [HoldToken] {
        let placed = tokens[event] ?? []
        guard let met = met[event]?.tokens else { return placed }
        // What the walk asked for and could not take for the event's own may have been placed there since.
        let asked = Set(met)
        return met + placed.filter { !asked.contains($0) }
    }

    /// Takes the tokens of an event that came after `known` was taken.
    mutating func takeNew(of event: EventID, besides known: [HoldToken]) -> [HoldToken] {
        guard let tokens = tokens.removeValue(forKey: event) else { return [] }
        let old = Set(known)
        return tokens.filter { !old.contains($0) }
    }

    /// Every token with an event; for jobs that do not go by event.
    package var placed: [EventID: [HoldToken]] {
        tokens
    }

    /// How many tokens Redis knows.
    package var count: Int {
        known.count
    }

    /// Takes the events out that are done with; what stays at the end belongs to no event of SQL.
    mutating func remove(_ events: [EventID]) {
        for event in events {
            tokens[event] = nil
            met[event] = nil
        }
    }
}
