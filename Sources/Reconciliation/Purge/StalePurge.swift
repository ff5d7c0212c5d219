package import HoldModel
package import RedisStore

/// The purge of some index members: what it reads next, and which members it then removes or releases (design section
/// 4).
///
/// It is a value like ``StableLook``: ``IndexPurge`` drives thousands of members together, the explorer of the tests
/// goes step by step. All that it writes is safe under traffic: a member goes only while its hash is still what was
/// judged, and a release changes counts by increments.
package struct StalePurge: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        /// Redis' clock. It is read before the orders, so a payment before the expiry is in what SQL says.
        case clock
        case orders
        case survey
        /// Wait until SQL, where it is a standby, shows what its primary had when Redis was read; then all is read once
        /// more.
        case replay
        /// Remove members without an active hold.
        case remove
        /// Release `held` holds that have expired, as the platform's cleaner would.
        case release
    }

    package static let reads: [Step] = [.clock, .orders, .survey]

    private var steps: ArraySlice<Step>
    /// The members that are judged, or will be.
    package private(set) var members: [HoldToken]
    package private(set) var now = Timestamp(milliseconds: 0)
    private var orders: [HoldToken: Order] = [:]
    /// The hash of each member as an earlier survey has shown it.
    private var seen: [HoldToken: HoldFence]?
    private var stale: [HoldSurvey] = []
    private var expired: [HeldHold] = []

    package init(_ members: [HoldToken], readsStandby: Bool = false, reads: [Step] = Self.reads) {
        self.members = members
        let again = readsStandby ? [.replay] + reads : []
        steps = (reads + again + [.remove, .release])[...]
    }

    /// The next step; `nil` at the end.
    package var next: Step? {
        switch steps.first {
        case .remove where stale.isEmpty: expired.isEmpty ? nil : .release
        case .release where expired.isEmpty: nil
        case let step: step
        }
    }

    /// Whether its members were judged before.
    package var isConfirming: Bool { seen != nil }

    package mutating func take(now: Timestamp) {
        self.now = now
        steps.removeFirst()
    }

    package mutating func take(_ orders: [HoldToken: Order]) {
        self.orders = orders
        steps.removeFirst()
    }

    package mutating func takeReplay() {
        seen = Dictionary(
            stale.map { ($0.token, $0.fence) } + expired.map { ($0.token, $0.fence) },
            uniquingKeysWith: { first, _ in first })
        members = stale.map(\.token) + expired.map(\.token)
        steps.removeFirst()
    }

    /// Judges the members by a survey. Where they were judged before, only those whose hash has not changed count.
    package mutating func take(_ survey: [HoldSurvey], _ policy: Policy) {
        (stale, expired) = ([], [])
        for hold in survey {
            if let seen, seen[hold.token] != hold.fence { continue }
            let hold = hold.settled(at: now)
            // A purge must not release what a rebuild would refuse to judge.
            let order = orders[hold.token]
            if hold.refusal(order: order, policy: policy, now: now) != nil { continue }
            switch (Verdict(order: order, state: hold.state, now: now, policy: policy), hold.state) {
            case (.release(.expired), .whole(let whole)) where whole.status == .held:
                expired.append(HeldHold(token: hold.token, hold: whole, fence: hold.fence))
            case (.release(.expired), _), (.absent, _), (.ended, _), (.notActive, _), (.activeWithoutHold, _):
                stale.append(hold)
            case (.release, _), (.active, _), (.extended, _), (.rewrite, _), (.renew, _), (.inFlight, _),
                (.finalize, _), (.sqlBehind, _):
                break
            }
        }
        if stale.isEmpty && expired.isEmpty { steps = [] } else { steps.removeFirst() }
    }

    /// Removes from this value, and returns, members that must be removed from the index now.
    package mutating func takeStale(_ count: Int = .max) -> [HoldSurvey] {
        defer { stale.removeFirst(min(count, stale.count)) }
        return Array(stale.prefix(count))
    }

    /// Removes from this value, and returns, holds that must be released now.
    package mutating func takeExpired(_ count: Int = .max) -> [HeldHold] {
        defer { expired.removeFirst(min(count, expired.count)) }
        return Array(expired.prefix(count))
    }
}

extension HoldSurvey {
    /// The change that removes its index member, and nothing else.
    package var removal: HoldChange { HoldChange(token: token, fence: fence, hash: .keep, index: .remove) }
}
