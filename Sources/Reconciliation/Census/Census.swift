package import HoldModel

/// The tokens that exist in Redis, by event. A token is kept once, wherever it was seen.
package struct Census: Sendable, Hashable {
    private var tokens: [EventID: [HoldToken]] = [:]
    var ledger = TokenLedger()
    /// Tokens whose key does not say which event they belong to, or that have no hash.
    private(set) var strays: [HoldToken] = []
    /// What the walk over SQL's events has met, by event; see ``Census+awaited``.
    var met: [EventID: PackedTokens] = [:]
    /// Of events that it has met: seats in `pending` that neither orders nor the carts that were met since explain.
    var unexplained: [EventID: MetEvent.Unexplained] = [:]
    /// Tokens that Redis has shown while that walk may still meet them.
    var shown: [PackedTokens] = []
    /// Events whose holds have other index members than they must have.
    var misindexed: Set<EventID> = []
    /// Whether the index is walked beside that walk.
    var isIndexOpen = false
    /// The walk of all keys that it was taken with.
    var walked: KeyspaceWalk?
    /// Whether tokens are left to that walk.
    var isAwaiting = false

    package init() {}

    /// - Returns: whether the token is new here.
    mutating func notice(_ token: HoldToken) -> Bool {
        notice(token.bytes.span)
    }

    mutating func notice(_ token: Span<UInt8>) -> Bool {
        let digest = TokenDigest(token)
        guard let place = ledger.place(of: digest) else {
            ledger.add(digest, .placed, .any)
            return true
        }
        // Redis has not shown it before.
        let isNew = ledger.standing(at: place) == .met
        ledger.set(.placed, at: place)
        return isNew
    }

    /// Takes a token out that is not this run's to keep; wherever it is seen again it is new again.
    mutating func forget(_ token: HoldToken) {
        if let place = ledger.place(of: TokenDigest(token)) { ledger.remove(at: place) }
    }

    package func isKnown(_ token: HoldToken) -> Bool {
        ledger.place(of: TokenDigest(token)).map { ledger.standing(at: $0) != .met } ?? false
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
        (met[event]?.tokens ?? []) + unmet(of: event)
    }

    /// Those that the walk over SQL has not asked for. What it asked for and could not take for the event's own may have been
    /// placed there since.
    func unmet(of event: EventID) -> [HoldToken] {
        guard let placed = tokens[event] else { return [] }
        guard let asked = met[event].map({ Set($0.tokens) }) else { return placed }
        return placed.filter { !asked.contains($0) }
    }

    /// Takes the tokens of an event that came after `known` was taken.
    package mutating func takeNew(of event: EventID, besides known: [HoldToken]) -> [HoldToken] {
        let all = tokens(of: event)
        remove([event])
        if all.isEmpty || known.isEmpty { return all }
        let old = Set(known)
        return all.filter { !old.contains($0) }
    }

    /// Every token with an event; for jobs that do not go by event.
    package var placed: [EventID: [HoldToken]] {
        tokens
    }

    /// How many tokens Redis knows.
    package var count: Int {
        ledger.placed + ledger.awaited
    }

    /// Takes the events out that are done with; what stays at the end belongs to no event of SQL.
    mutating func remove(_ events: [EventID]) {
        for event in events {
            tokens[event] = nil
            met[event] = nil
        }
    }
}
