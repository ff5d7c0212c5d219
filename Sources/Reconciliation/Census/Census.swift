package import HoldModel

/// The tokens that exist in Redis, by event. Each is kept once, wherever it was seen.
package struct Census: Sendable, Hashable {
    private var tokens: [EventID: [HoldToken]] = [:]
    var ledger = TokenLedger()
    /// Tokens that have no hash, or whose hash does not say which event they belong to.
    private(set) var strays: [HoldToken] = []
    /// The tokens that the walk over SQL's events has read, by event; see `Census+awaited.swift`.
    var met: [EventID: PackedTokens] = [:]
    /// The seats in `pending` of events in ``met`` that neither orders nor the carts read so far explain.
    var unexplained: [EventID: MetEvent.Unexplained] = [:]
    /// Tokens that Redis has, and that the walk over SQL may still come to.
    var shown: [PackedTokens] = []
    /// Events with a hold whose index member is missing or wrong.
    var misindexed: Set<EventID> = []
    /// Whether the index is being walked beside the walk over SQL.
    var isIndexOpen = false
    /// The walk of all keys with which the census was taken; `nil` where the keyspace was not walked.
    var walked: KeyspaceWalk?
    /// Whether tokens wait for the walk over SQL.
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
        // Only the walk over SQL has seen it so far.
        let isNew = ledger.standing(at: place) == .met
        ledger.set(.placed, at: place)
        return isNew
    }

    /// Removes a token that this run does not keep. If it is seen again, it is new again.
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

    /// Returns the tokens of an event that the walk over SQL has not read. It may have read tokens that were found to be
    /// this event's only later.
    func unmet(of event: EventID) -> [HoldToken] {
        guard let placed = tokens[event] else { return [] }
        guard let asked = met[event].map({ Set($0.tokens) }) else { return placed }
        return placed.filter { !asked.contains($0) }
    }

    /// Removes and returns the tokens of an event that are not in `known`.
    package mutating func takeNew(of event: EventID, besides known: [HoldToken]) -> [HoldToken] {
        let all = tokens(of: event)
        remove([event])
        if all.isEmpty || known.isEmpty { return all }
        let old = Set(known)
        return all.filter { !old.contains($0) }
    }

    /// All tokens with an event, for callers that do not go by event.
    package var placed: [EventID: [HoldToken]] {
        tokens
    }

    /// How many tokens Redis has.
    package var count: Int {
        ledger.placed + ledger.awaited
    }

    /// Removes events that are done. Those that stay to the end are not in SQL.
    mutating func remove(_ events: [EventID]) {
        for event in events {
            tokens[event] = nil
            met[event] = nil
        }
    }
}
