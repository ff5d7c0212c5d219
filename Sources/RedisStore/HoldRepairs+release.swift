package import HoldModel
import LuaScripts

/// An expired `held` hold that is to be released as the platform's cleaner would.
package struct ExpiredHold: Sendable {
    package let token: HoldToken
    package let hold: Hold
    package let fence: HoldFence

    package init(token: HoldToken, hold: Hold, fence: HoldFence) {
        self.token = token
        self.hold = hold
        self.fence = fence
    }
}

/// What became of one release.
package enum ReleaseOutcome: Sendable, Hashable {
    case released
    case moved
    /// An inventory hash does not hold the seats; nothing was written.
    case unclear(key: [UInt8])
}

extension HoldRepairs {
    /// Releases expired holds by increments, each at one instant.
    package func release(_ holds: [ExpiredHold], now: Timestamp, keptFor: Int64) async throws -> [ReleaseOutcome] {
        if holds.isEmpty { return [] }
        let owner = try await lease.owner()
        let calls = holds.map { expired in
            var call = ScriptCall()
            call.addKey(keys.lease)
            call.addKey(keys.index)
            call.addKey(keys.hold(expired.token))
            for line in expired.hold.lines { call.addKey(keys.inventory(expired.hold.event, line.category)) }
            call.addArgument(owner)
            call.addArgument(expired.fence.text)
            call.addArgument(expired.token.bytes)
            call.addArgument(now.adding(seconds: keptFor).secondsRoundedUp)
            call.addArgument(now.iso8601)
            call.addArgument("hold-reconciler:\(Cause.expiredHold.rawValue)")
            for line in expired.hold.lines { call.addArgument(line.quantity) }
            return call
        }
        return try await scripts.run(.release, calls).map { reply in
            switch (reply.array?.first?.text, reply.array?.last?.bytes) {
            case ("moved", _): return .moved
            case ("unclear", let key?): return .unclear(key: key)
            default:
                try check(reply, "script release")
                return .released
            }
        }
    }
}
