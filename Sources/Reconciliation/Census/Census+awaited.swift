import HoldModel
import RedisStore

/// Tokens that are left to the walk over SQL's events. Asking Redis for a hold's event costs as much as looking at the
/// hold, and where nearly every hold has an order the walk meets it anyway. What it did not meet is placed afterwards,
/// before anything is concluded that puts seats on sale.
///
/// The walk of the index shows each member's score as well, so a look need not ask for it: the two are compared when both
/// walks have come to a token. Of a token only its digest is kept: where some are left, the index is walked for them once
/// more, and the keyspace for what the index has lost since.
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
        for token in tokens {
            let digest = TokenDigest(token)
            if ledger.place(of: digest) == nil { unindexed.append(token) }
            self.await(digest, MemberScore.none)
        }
    }

    /// Takes note of what a look at an event asked for.
    mutating func meet(_ event: MetEvent) {
        met[event.event] = event.asked
        if !event.unexplained.isEmpty { unexplained[event.event] = event.unexplained }
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

    /// Takes a cart for what it explains of its event's `pending`.
    ///
    /// - Returns: whether the walk has met its event.
    mutating func take(_ seen: SeenCart, _ token: HoldToken) -> Bool {
        let event = seen.cart.event
        guard met[event] != nil else { return false }
        met[event]?.append(token.bytes.span)
        var rest = unexplained[event] ?? SeatDigest()
        for (line, version) in zip(seen.cart.lines, seen.versions) {
            rest.take(line.quantity, of: line.category.bytes.span, at: version)
        }
        unexplained[event] = rest.isEmpty ? nil : rest
        return true
    }

    /// Takes out the events whose `pending` orders and carts together do not explain.
    mutating func takeUnexplained() -> Set<EventID> {
        defer { unexplained = [:] }
        return Set(unexplained.keys)
    }

    /// Takes out what no look has met, and the index does not have.
    mutating func takeUnindexed() -> [(token: HoldToken, score: MemberScore)] {
        defer { unindexed = [] }
        return takeAwaited(among: unindexed)
    }

    /// Takes out the events whose holds have other index members than they must have.
    mutating func takeMisindexed() -> Set<EventID> {
        defer { misindexed = [] }
        return misindexed
    }

    /// How many tokens no look has met yet.
    var awaitedCount: Int { ledger.awaited }

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
