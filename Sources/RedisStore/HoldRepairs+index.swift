import HoldModel
import LuaScripts

extension HoldRepairs {
    /// New members from here on are worth a call of their own.
    private static let worthwhile = 1000
    /// Members in one call: about half a millisecond of Redis' time, since they come in order.
    private static let membersAtOnce = 250

    /// Adds the index members of holds that are about to be written, in the order of their scores: a sorted set takes
    /// them several times as fast as in any other order. A run that ends in between leaves members without a hold, which
    /// the platform's cleaner drops when their time comes. Members that are there keep their score until their hold's own
    /// fence has held.
    func indexAhead(_ plans: [EventPlan]) async throws {
        var members: [(score: Int64, token: HoldToken)] = []
        for plan in plans {
            for hold in plan.holds where hold.isNew {
                if case .score(let score) = hold.index { members.append((score, hold.token)) }
            }
        }
        guard members.count >= Self.worthwhile else { return }
        members.sort { $0.score < $1.score }
        let owner = try await lease.owner()
        let calls = stride(from: 0, to: members.count, by: Self.membersAtOnce).map { start in
            var call = ScriptCall()
            call.addKey(keys.lease)
            call.addKey(keys.index)
            call.addArgument(owner)
            for member in members[start..<min(start + Self.membersAtOnce, members.count)] {
                call.addArgument(member.score)
                call.addArgument(member.token.bytes)
            }
            return call
        }
        for reply in try await scripts.run(.index, calls) { try check(reply, "script index") }
    }
}

extension HoldChange {
    /// Whether a hash is written where there was no key.
    var isNew: Bool {
        guard case .replace = hash else { return false }
        return fence == .absent
    }
}
