package import HoldModel

/// The tokens that exist in Redis, by event. A token is kept once, wherever it was seen.
package struct Census: Sendable {
    private var tokens: [EventID: [HoldToken]] = [:]
    private var known: Set<HoldToken> = []
    /// Tokens whose key does not say which event they belong to, or that have no hash.
    private(set) var strays: [HoldToken] = []

    package init() {}

    /// - Returns: whether the token is new here.
    mutating func notice(_ token: HoldToken) -> Bool {
        known.insert(token).inserted
    }

    /// Takes a token out that is not this run's to keep; wherever it is seen again it is new again.
    mutating func forget(_ token: HoldToken) {
        known.remove(token)
    }

    func isKnown(_ token: HoldToken) -> Bool {
        known.contains(token)
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
        tokens[event] ?? []
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
        for event in events { tokens[event] = nil }
    }
}
