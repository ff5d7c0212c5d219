/// What goes wrong on the platform; the names are those of the runbook's causes.
package enum Fault: String, Sendable, CaseIterable {
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
    case oversold
    case orphanInventory = "orphan-inventory"
    case malformed
    case waitingFinalizer = "waiting-finalizer"
    case abandonedCheckout = "abandoned-checkout"
    case sqlBehind = "sql-behind"

    /// All that one rebuild leaves nothing of but notes. What only people can mend in SQL stays a finding for ever.
    package static let repairable = allCases.filter { $0 != .sqlBehind }

    /// Makes an event named `event` with a few healthy holds, and this fault in it, through the platform's own
    /// operations wherever the contract says how it comes about.
    ///
    /// Faults of several events can stand side by side on one platform: none of them undoes another.
    ///
    /// - Parameter life: seconds that the healthy holds live; the platform's hold TTL unless given.
    package func inject(into platform: Platform, event: String, life: Int? = nil) async throws -> Injection {
        var scene = try await Scene.open(on: platform, event: event, life: life)
        switch self {
        case .ttlRace: try await scene.raceTTL()
        case .failedRollback: try await scene.failRollback()
        case .lostClaim: try await scene.loseClaim()
        case .lostFinalize: try await scene.loseFinalize()
        case .zombieHold: try await scene.makeZombie()
        case .swappedCategories: try await scene.swapCategories()
        case .extendedHold: try await scene.extendHold()
        case .lostHash: try await scene.loseHash()
        case .staleTotal: try await scene.changeTotal()
        case .staleSold: try await scene.changeSold()
        case .orphanMember: try await scene.leaveMember()
        case .missingMember: try await scene.loseMember()
        case .badScore: try await scene.spoilScore()
        case .expiredHold: try await scene.letHoldExpire()
        case .closedOrder: try await scene.closeOrder()
        case .orderWithoutHold: try await scene.releaseUnderOrder()
        case .oversold: try await scene.oversell()
        case .orphanInventory: try await scene.leaveInventory()
        case .malformed: try await scene.spoilCount()
        case .waitingFinalizer: try await scene.waitForFinalizer()
        case .abandonedCheckout: try await scene.abandonCheckout()
        case .sqlBehind: try await scene.restoreSQL()
        }
        return Injection(
            cause: self, event: event, expected: scene.expected, live: scene.live, redisOnly: scene.redisOnly,
            faulty: scene.faulty, key: scene.key, seats: scene.seats)
    }
}
