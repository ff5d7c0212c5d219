import HoldModel
import LuaScripts

extension HoldRepairs {
    /// New members from here on are worth a call of their own.
    static let worthwhile = 1000
    /// Members in one call: about half a millisecond of Redis' time, since they come in order.
    static let membersAtOnce = 250

    /// How far ahead an expiry lies, in seconds, that the cleaner cannot reach before its hold is written: far more than
    /// a command may take.
    static let outOfReach: Int64 = 120

    /// Adds the index members of holds that are about to be written, in the order of their scores: a sorted set takes
    /// them twice as fast as in any other order. A run that ends in between leaves members without a hold, which
    /// the platform's cleaner drops when their time comes. Members that are there keep their score until their hold's own
    /// fence has held.
    ///
    /// - Returns: the plans without what is done: only the cleaner takes away the member of a hold that is not there, and
    ///   it comes when the score has passed.
    func indexAhead(_ plans: [EventPlan]) async throws -> [EventPlan] {
        var members: [(score: Int64, token: HoldToken)] = []
        for plan in plans {
            for hold in plan.holds where hold.isNew {
                if case .score(let score) = hold.index { members.append((score, hold.token)) }
            }
        }
        guard members.count >= Self.worthwhile else { return plans }
        members.sort { $0.score < $1.score }
        let (now, added) = try await addMembers(members.count) { place, call in
            call.addArgument(members[place].score)
            call.addArgument(members[place].token.bytes)
        }
        // Which of them was there, with which score, is not told: then all are set again.
        return added == members.count && now > 0 ? plans.map { $0.withoutMembers(from: now + Self.outOfReach) } : plans
    }

    /// Adds members that are not there, some at a time.
    ///
    /// - Parameter append: appends score and token of one of them.
    /// - Returns: Redis' clock, in seconds, 0 where nobody may ask, and how many of them were new.
    func addMembers(
        _ count: Int, _ append: (Int, inout ScriptCall) -> Void
    ) async throws -> (now: Int64, added: Int) {
        let owner = try await lease.owner()
        let parts = stride(from: 0, to: count, by: Self.membersAtOnce).map { start in
            start..<min(start + Self.membersAtOnce, count)
        }
        let calls = parts.map { part in
            var call = ScriptCall()
            call.addKey(keys.lease)
            call.addKey(keys.index)
            call.addArgument(owner)
            for place in part { append(place, &call) }
            return call
        }
        var now: Int64 = 0
        var added = 0
        for reply in try await scripts.run(.index, calls) {
            do throws(ScriptFailure) { try expectApplied(reply, "script index") } catch { throw error.cause }
            guard let words = reply.array, words.count == 3, let new = words[1].integer, let time = words[2].integer
            else { throw connection.unexpected("script index") }
            added += Int(new)
            now = time
        }
        return (now, added)
    }
}

extension EventPlan {
    /// The same, but members of new holds that expire from `instant` on, in seconds, are there already.
    fileprivate func withoutMembers(from instant: Int64) -> EventPlan {
        EventPlan(
            event: event, standing: standing, findings: findings,
            holds: holds.map { hold in
                guard hold.isNew, case .score(let score) = hold.index, score >= instant else { return hold }
                return HoldChange(token: hold.token, fence: hold.fence, hash: hold.hash, index: .keep)
            },
            counts: counts)
    }
}

extension HoldChange {
    /// Whether a hash is written where there was no key.
    var isNew: Bool {
        guard case .replace = hash else { return false }
        return fence == .absent
    }
}
