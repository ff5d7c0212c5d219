package import HoldModel
package import RedisStore

/// The purge of some index members: what it asks for next, and which of them it removes or releases then (design section 4).
///
/// A value like ``StableLook``: ``IndexPurge`` drives thousands of members together, the explorer of the tests step by step.
/// Everything it writes is right under traffic: a member goes only while its hash is still what was judged, and a release counts
/// by increments.
package struct StalePurge: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        /// Redis' clock, before the orders: who pays before the expiry has paid in what SQL says after it.
        case clock
        case orders
        case survey
        /// That SQL shows what its primary had when Redis was read, where it is a standby; all is read once more then.
        case replay
        /// Members that stand for no active hold are removed.
        case remove
        /// `held` holds that have expired are released, as the platform's cleaner would.
        case release
    }

    package static let reads: [Step] = [.clock, .orders, .survey]

    private var steps: ArraySlice<Step>
    /// Those that are judged, or are to be.
    package private(set) var members: [HoldToken]
    package private(set) var now = Timestamp(milliseconds: 0)
    private var orders: [HoldToken: Order] = [:]
    /// What a survey before this one has shown.
    private var seen: [HoldToken: HoldFence]?
    private var stale: [HoldSurvey] = []
    private var expired: [HeldHold] = []

    package init(_ members: [HoldToken], readsStandby: Bool = false, reads: [Step] = Self.reads) {
        self.members = members
        let again = readsStandby ? [.replay] + reads : []
        steps = (reads + again + [.remove, .release])[...]
    }

    /// What it asks for next; `nil` at its end.
    package var next: Step? {
        switch steps.first {
        case .remove where stale.isEmpty: expired.isEmpty ? nil : .release
        case .release where expired.isEmpty: nil
        case let step: step
        }
    }

    /// Whether this is not the first time that its members are judged.
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

    /// Judges what Redis shows of the members; where they were judged before, only what stood still meanwhile counts.
    package mutating func take(_ survey: [HoldSurvey], _ policy: Policy) {
        (stale, expired) = ([], [])
        for hold in survey {
            if let seen, seen[hold.token] != hold.fence { continue }
            let hold = hold.settled(at: now)
            // What a rebuild would refuse to judge is not for a purge to release.
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

    /// Takes out members that are to be removed now.
    package mutating func takeStale(_ count: Int = .max) -> [HoldSurvey] {
        defer { stale.removeFirst(min(count, stale.count)) }
        return Array(stale.prefix(count))
    }

    /// Takes out holds that are to be released now.
    package mutating func takeExpired(_ count: Int = .max) -> [HeldHold] {
        defer { expired.removeFirst(min(count, expired.count)) }
        return Array(expired.prefix(count))
    }
}

extension HoldSurvey {
    /// Removes its index member, and nothing else.
    package var removal: HoldChange { HoldChange(token: token, fence: fence, hash: .keep, index: .remove) }
}
