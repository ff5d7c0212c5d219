/// One run of a platform's script: its keys and arguments, and the hold that it is about.
package struct PlatformCall: Sendable {
    package let script: PlatformScript
    package let token: String
    package let keys: [String]
    package let arguments: [String]

    /// What the script answered, where that is not `ok`.
    package func refusal(_ reply: String) -> Refusal? {
        reply == "ok" ? nil : Refusal(operation: script, reason: reply, token: token)
    }
}

/// What each operation on a hold gives to its script.
extension Platform {
    /// - Parameter hashTTL: counts from the real now.
    package func acquireCall(_ hold: PlatformHold, hashTTL: Int? = nil, requester: String = "guest") -> PlatformCall {
        let life = hold.expiresAt - hold.createdAt
        return PlatformCall(
            script: .acquire, token: hold.token, keys: [holdKey(hold.token), indexKey] + inventoryKeys(hold),
            arguments: [
                hold.token, hold.event, String(hold.createdAt), String(life), String(hashTTL ?? life), requester,
            ] + hold.seats.flatMap { [$0.category, String($0.quantity)] })
    }

    package func claimCall(_ hold: PlatformHold, at now: Int = Clock.now(), hashTTL: Int = 0) -> PlatformCall {
        PlatformCall(
            script: .claim, token: hold.token, keys: [holdKey(hold.token)], arguments: [String(now), String(hashTTL)])
    }

    package func commitCall(_ hold: PlatformHold) -> PlatformCall {
        PlatformCall(script: .commit, token: hold.token, keys: [holdKey(hold.token)], arguments: [hold.order])
    }

    package func extendCall(_ hold: PlatformHold, by seconds: Int, at now: Int = Clock.now()) -> PlatformCall {
        PlatformCall(
            script: .extend, token: hold.token, keys: [holdKey(hold.token), indexKey],
            arguments: [hold.token, String(now), String(seconds), String(seconds)])
    }

    package func releaseCall(
        _ hold: PlatformHold, as status: String = "cancelled", reason: String = "user", at now: Int = Clock.now()
    ) -> PlatformCall {
        PlatformCall(
            script: .release, token: hold.token, keys: [holdKey(hold.token), indexKey] + inventoryKeys(hold),
            arguments: [hold.token, String(now), status, reason, String(releasedTTL)])
    }

    /// - Parameter categories: gives the inventory keys in another order than the entries'.
    package func finalizeCall(
        _ hold: PlatformHold, categories: [String]? = nil, at now: Int = Clock.now()
    ) -> PlatformCall {
        let inventory = categories?.map { inventoryKey(event: hold.event, category: $0) } ?? inventoryKeys(hold)
        return PlatformCall(
            script: .finalize, token: hold.token, keys: [holdKey(hold.token), indexKey] + inventory,
            arguments: [hold.token, String(now), hold.order, "payment-\(hold.token)", String(finalizedTTL)])
    }

    /// - Parameter limit: members a run.
    package func cleanerCall(at now: Int = Clock.now(), limit: Int = 100) -> PlatformCall {
        PlatformCall(
            script: .cleaner, token: "", keys: [indexKey],
            arguments: [String(now), holdKeyPrefix, inventoryKeyPrefix, String(limit), String(releasedTTL)])
    }

    private func inventoryKeys(_ hold: PlatformHold) -> [String] {
        hold.seats.map { inventoryKey(event: hold.event, category: $0.category) }
    }
}
