import HoldModel

/// Tokens that are left to the walk over SQL's events. Asking Redis for a hold's event costs as much as looking at the
/// hold, and where nearly every hold has an order the walk meets it anyway. What it did not meet is placed afterwards,
/// before anything is concluded that puts seats on sale.
///
/// Of a token that waits only its digest is kept: where some are left, the index is walked for them once more, and the
/// keyspace for what the index has lost since.
extension Census {
    /// - Parameter isIndexed: whether a walk of the index shows the token.
    mutating func await(_ token: HoldToken, isIndexed: Bool = true) {
        let digest = TokenDigest(token)
        if early?.remove(digest) != nil {
            known[digest] = .placed
            return
        }
        // The index comes first and holds each once or nearly so: a second search would be a second miss.
        if let before = known.updateValue(.awaited, forKey: digest) {
            known[digest] = before
            return
        }
        awaitedCount += 1
        if !isIndexed { unindexed.append(token) }
    }

    /// Takes note of what a look at an event asked for, and which of these tokens it has shown to be the event's own.
    mutating func meet(_ asked: [HoldToken], own: [HoldToken], at event: EventID) {
        met[event] = PackedTokens(asked)
        for token in own where !take(token) {
            let digest = TokenDigest(token)
            if known[digest] == nil { early?.insert(digest) }
        }
    }

    /// The index goes on being walked beside the walk over SQL, which may meet a token first.
    mutating func beginIndexBesideWalk() {
        early = []
    }

    /// What was met and is not in the index is not known: wherever it turns up later it is new.
    mutating func endIndexBesideWalk() {
        early = nil
    }

    /// Takes out which of the tokens no look has met.
    mutating func takeAwaited(among tokens: [HoldToken]) -> [HoldToken] {
        tokens.filter { take($0) }
    }

    /// Takes out what no look has met, and the index does not have.
    mutating func takeUnindexed() -> [HoldToken] {
        defer { unindexed = [] }
        return takeAwaited(among: unindexed)
    }

    /// Forgets what still waits: Redis does not have it any more, and wherever it is seen again it is new.
    mutating func forgetAwaited() {
        if awaitedCount > 0 { known = known.filter { $0.value != .awaited } }
        awaitedCount = 0
    }

    /// Ends the walk: what it has met is only kept for events that are looked at again.
    mutating func endWalk(keeping events: Set<EventID>) {
        isAwaiting = false
        met = met.filter { events.contains($0.key) }
    }

    /// - Returns: whether the token waited until now.
    private mutating func take(_ token: HoldToken) -> Bool {
        guard let place = known.index(forKey: TokenDigest(token)), known.values[place] == .awaited else { return false }
        known.values[place] = .placed
        awaitedCount -= 1
        return true
    }
}
