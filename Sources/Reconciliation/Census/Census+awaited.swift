import HoldModel
import RedisStore

/// Tokens that are left to the walk over SQL's events: asking Redis for a hold's event costs as much as looking at the hold, and
/// where a hold has an order the walk meets it anyway. What it did not meet is read afterwards, before anything is concluded
/// that puts seats on sale.
///
/// The walk of the index shows each member's score as well, so a look need not ask for it: the two are compared when both
/// walks have come to a token. A token takes 17 bytes as it was shown, and 17 for what is known of it.
extension Census {
    /// Takes note of a token that Redis has shown.
    ///
    /// - Parameter score: its index member's; ``MemberScore/none`` for one that is not from the index.
    mutating func await(_ digest: TokenDigest, _ score: MemberScore) {
        guard let place = ledger.place(of: digest) else { return ledger.add(digest, .awaited, score) }
        guard ledger.standing(at: place) == .met else { return }
        // One that differs waits like any other, so that its event is looked at again.
        ledger.set(ledger.score(at: place).agrees(with: score) ? .placed : .awaited, at: place)
    }

    /// Takes note of tokens that were found in the keyspace, behind a whole walk of the index.
    mutating func awaitUnindexed(_ tokens: [HoldToken]) {
        let unindexed = tokens.filter { ledger.place(of: TokenDigest($0)) == nil }
        for token in unindexed { self.await(TokenDigest(token), MemberScore.none) }
        if !unindexed.isEmpty { shown.append(PackedTokens(unindexed)) }
    }

    /// Takes note of what a look at an event asked for.
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

    /// The index goes on being walked beside the walk over SQL, which may meet a token first.
    mutating func beginIndexBesideWalk() {
        isIndexOpen = true
    }

    /// Both walks have ended.
    mutating func endIndexBesideWalk() {
        isIndexOpen = false
        if ledger.met > 0 { noteMissingMembers() }
        // What was met and is not in the index is not known: wherever it turns up later it is new.
        ledger.removeAll(.met)
    }

    /// Finds the events of holds that must have a member, and the index has shown none.
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

    /// Takes out which of the tokens no look has met, with the score that each has in the index.
    mutating func takeAwaited(among tokens: [HoldToken]) -> [(token: HoldToken, score: MemberScore)] {
        tokens.compactMap { token in
            guard let place = ledger.place(of: TokenDigest(token)), ledger.standing(at: place) == .awaited else {
                return nil
            }
            ledger.set(.placed, at: place)
            return (token, ledger.score(at: place))
        }
    }

    /// Takes out tokens that Redis has shown and no look has met, some of them at a time; `nil` where all are taken out.
    mutating func takeUnmet() -> [(token: HoldToken, score: MemberScore)]? {
        if ledger.awaited == 0 { shown = [] }
        return shown.popLast().map { takeAwaited(among: $0.tokens) }
    }

    /// Takes a cart for what it explains of its event's `pending`.
    ///
    /// - Returns: whether the walk has met its event.
    mutating func take(_ cart: Cart, _ token: HoldToken) -> Bool {
        guard met[cart.event] != nil else { return false }
        met[cart.event]?.append(token.bytes.span)
        for line in cart.lines {
            unexplained[cart.event, default: .nothing].seats.take(line.quantity, of: line.category.bytes.span)
        }
        return true
    }

    /// Takes out what was left unexplained: of events that carts explain it is empty.
    mutating func takeUnexplained() -> [EventID: MetEvent.Unexplained] {
        defer { unexplained = [:] }
        return unexplained
    }

    /// Takes out the events whose holds have other index members than they must have.
    mutating func takeMisindexed() -> Set<EventID> {
        defer { misindexed = [] }
        return misindexed
    }

    /// Forgets what still waits: Redis does not have it any more, and wherever it is seen again it is new.
    mutating func forgetAwaited() {
        if ledger.awaited > 0 { ledger.removeAll(.awaited) }
    }

    /// Ends the walk: what it has met is only kept for events that are looked at again.
    mutating func endWalk(keeping events: Set<EventID>) {
        isAwaiting = false
        met = met.filter { events.contains($0.key) }
    }
}
