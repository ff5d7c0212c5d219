/// Why Redis and SQL differ, by the names of the runbook.
package enum Cause: String, Sendable, CaseIterable {
    case ttlRace = "ttl-race"
    case failedRollback = "failed-rollback"
    case lostClaim = "lost-claim"
    case lostFinalize = "lost-finalize"
    case zombieHold = "zombie-hold"
    case swappedCategories = "swapped-categories"
    case extendedHold = "extended-hold"
    case lostHash = "lost-hash"
    case staleTotal = "stale-total"
    case staleSold = "stale-sold"
    case orphanMember = "orphan-member"
    case missingMember = "missing-member"
    case badScore = "bad-score"
    case expiredHold = "expired-hold"
    case closedOrder = "closed-order"
    case orderWithoutHold = "order-without-hold"
    case waitingFinalizer = "waiting-finalizer"
    case abandonedCheckout = "abandoned-checkout"
    case sqlBehind = "sql-behind"
    case oversold
    case sqlSoldDiffers = "sql-sold-differs"
    case orderSeatsDiffer = "order-seats-differ"
    case orphanInventory = "orphan-inventory"
    case malformed
    /// No fault: a key under the platform's names that is not the platform's.
    case foreignKey = "foreign-key"
    /// No fault: an item of a plan or a journal that does not fit any more.
    case movedSince = "moved-since"
    /// No fault: a change that an undo takes back.
    case undone
    /// No fault: the operator asked for holds to be closed (`rebuild --holds purge`, `purge`).
    case purged
    /// No fault yet: an event that did not stand still for long enough, or was not reached.
    case unsettled

    /// What happened, in the words of the contract, for people.
    package var story: String {
        switch self {
        case .ttlRace: "seats in pending that no hold accounts for: the hash ended before the cleaner met it"
        case .failedRollback: "checkout failed after commit; the platform's release refuses such a hold"
        case .lostClaim: "the client claimed the hold and disappeared; the cleaner skips such a hold"
        case .lostFinalize: "the finalizer died between SQL and Redis"
        case .zombieHold: "a commit re-created an ended hash without entries"
        case .swappedCategories: "finalize was given its categories in another order than the hold's entries"
        case .extendedHold: "the hold was extended in Redis only; SQL's expiry is earlier"
        case .lostHash: "Redis lost the key or holds an old copy of it"
        case .staleTotal: "quantity_total was changed in SQL only"
        case .staleSold: "quantity_sold was changed in SQL only"
        case .orphanMember: "an index member without an active hold"
        case .missingMember: "an active hold without an index member: it would never expire"
        case .badScore: "an index score that is not the hold's expiry in seconds"
        case .expiredHold: "a held hold past its expiry: the cleaner is behind"
        case .closedOrder: "the order is closed and its hold is still active"
        case .orderWithoutHold: "an order whose hold is over: its seats may be sold twice, people must act"
        case .waitingFinalizer: "an accepted checkout that the finalizer has not sold yet"
        case .abandonedCheckout: "an accepted checkout that nobody will sell"
        case .sqlBehind: "Redis has sold what SQL does not know: people must act"
        case .oversold: "more seats are promised than there are: people must act"
        case .sqlSoldDiffers:
            "quantity_sold, the items of sold orders and their valid tickets do not agree: people must act"
        case .orderSeatsDiffer: "an order whose items say other seats than its active hold: people must act"
        case .orphanInventory: "an inventory hash of a category that SQL does not have"
        case .malformed: "a value that the platform's scripts fail on"
        case .foreignKey: "keys under the platform's names that are not the platform's: they are left as they are"
        case .movedSince: "what a plan or an undo would change is not as it was left: it stays as it is"
        case .undone: "a change of an earlier run that is taken back, as asked"
        case .purged: "holds were to be closed, or the index to be removed, as asked"
        case .unsettled: "left as it is: nothing could be concluded, run again"
        }
    }
}
