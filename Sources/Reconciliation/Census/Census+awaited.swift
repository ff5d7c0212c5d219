import HoldModel
import RedisStore

/// Awaited tokens: those that Redis has, and that wait for the walk over SQL's events.
///
/// To ask Redis for a hold's event costs as much as to look at the hold. If the hold has an order, the walk over SQL
/// comes to its event anyway, and reads it there: the token is met. Tokens that were not met are read afterwards,
/// before anything is concluded that puts seats on sale.
///
/// The walk of the index also has each member's score, so a look need not ask for it: once both walks have come to a
/// token, the score and the hash are compared. A token takes 17 bytes in the list of those that the index had, and 17
/// for what is known of it.
extension Census {
    /// Notes a token that Redis has.
    ///
    /// - Parameter score: the score of its index member; ``MemberScore/none`` for a token that is not from the index.
    mutating func await(_ digest: TokenDigest, _ score: MemberScore) {
        guard let place = ledger.place(of: digest) else { return ledger.add(digest, .awaited, score) }
        guard ledger.standing(at: place) == .met else { return }
        // A token with another score waits like any other, so that its event is looked at again.
        ledger.set(ledger.score(at: place).agrees(with: score) ? .placed : .awaited, at: place)
    }

    /// Notes tokens that were found in the keyspace, after a whole walk of the index.
    mutating func awaitUnindexed(_ tokens: [HoldToken]) {
        let unindexed = tokens.filter { ledger.place(of: TokenDigest($0)) == nil }
        for token in unindexed { self.await(TokenDigest(token), MemberScore.none) }
        if !unindexed.isEmpty { shown.append(PackedTokens(unindexed)) }
    }

    /// Notes the tokens that a look at an event has read.
    mutating func meet(_ event: MetEvent) {
        met[event.event] = event.asked
        if let rest = event.unexplained { unexplained[event.event] = rest }
        for own in event.own {
            guard let place = ledger.place(of: own.token) else {
                if isIndexOpen {
                    ledger.add(own.token, .met, own.score)
                } else if own.score != .any {
                    misindexed.insert(event.event)
                }
                continue
            }
            guard ledger.standing(at: place) == .awaited else { continue }
            if !own.score.agrees(with: ledger.score(at: place)) { misindexed.insert(event.event) }
            ledger.set(.placed, at: place)
        }
    }

    /// Begins to walk the index beside the walk over SQL, which may come to a token first.
    mutating func beginIndexBesideWalk() {
        isIndexOpen = true
    }

    /// Ends both walks.
    mutating func endIndexBesideWalk() {
        isIndexOpen = false
        if ledger.met > 0 { noteMissingMembers() }
        // A token that the index does not have is forgotten: if it is seen again later, it is new.
        ledger.removeAll(.met)
    }

    /// Finds the events of holds that must have an index member and have none.
    private mutating func noteMissingMembers() {
        for (event, asked) in met {
            let isMissing = asked.contains { token in
                guard let place = ledger.place(of: TokenDigest(token)), ledger.standing(at: place) == .met else {
                    return false
                }
                return ledger.score(at: place) != .any
            }
            if isMissing { misindexed.insert(event) }
        }
    }

    /// Returns, and marks as known, those of the tokens that no look has read, with the score that each has in the
    /// index.
    mutating func takeAwaited(among tokens: [HoldToken]) -> [(token: HoldToken, score: MemberScore)] {
        tokens.compactMap { token in
            guard let place = ledger.place(of: TokenDigest(token)), ledger.standing(at: place) == .awaited else {
                return nil
            }
            ledger.set(.placed, at: place)
            return (token, ledger.score(at: place))
        }
    }

    /// Returns, and marks as known, some of the tokens that Redis has and no look has read; `nil` after the last.
    mutating func takeUnmet() -> [(token: HoldToken, score: MemberScore)]? {
        if ledger.awaited == 0 { shown = [] }
        return shown.popLast().map { takeAwaited(among: $0.tokens) }
    }

    /// Counts a cart for the seats that it explains in its event's `pending`.
    ///
    /// - Returns: whether the walk over SQL has come to its event.
    mutating func take(_ cart: Cart, _ token: HoldToken) -> Bool {
        guard met[cart.event] != nil else { return false }
        met[cart.event]?.append(token.bytes.span)
        for line in cart.lines {
            unexplained[cart.event, default: .nothing].seats.take(line.quantity, of: line.category.bytes.span)
        }
        return true
    }

    /// Returns and removes the seats that are still unexplained; those of an event that its carts explain are empty.
    mutating func takeUnexplained() -> [EventID: MetEvent.Unexplained] {
        defer { unexplained = [:] }
        return unexplained
    }

    /// Returns and removes the events with a hold whose index member is missing or wrong.
    mutating func takeMisindexed() -> Set<EventID> {
        defer { misindexed = [] }
        return misindexed
    }

    /// Forgets the tokens that still wait. Redis does not have them any more; if one is seen again, it is new.
    mutating func forgetAwaited() {
        if ledger.awaited > 0 { ledger.removeAll(.awaited) }
    }

    /// Ends the walk over SQL. Its tokens are kept only of events that are looked at again.
    mutating func endWalk(keeping events: Set<EventID>) {
        isAwaiting = false
        met = met.filter { events.contains($0.key) }
    }
}
