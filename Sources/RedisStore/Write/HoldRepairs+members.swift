package import HoldModel

/// The indices of a page's events whose index members were added before their holds.
package struct MembersAhead: Sendable {
    package static let none = MembersAhead(events: [])

    private let events: Set<Int>

    var isEmpty: Bool { events.isEmpty }

    package init(events: Set<Int>) {
        self.events = events
    }

    func isIndexed(_ creation: EventCreation) -> Bool {
        events.contains(creation.event)
    }
}

/// Decides which new holds have their index member already: those whose members were added ahead, and that expire so
/// late that the cleaner has not come to them.
package struct IndexedFrom: Sendable {
    private let ahead: MembersAhead
    private let second: Int64

    /// - Parameter now: Redis' clock.
    package init(_ ahead: MembersAhead, now: Timestamp) {
        self.ahead = ahead
        second = now.milliseconds / 1000 + HoldRepairs.outOfReach
    }

    static let none = IndexedFrom(.none, now: Timestamp(milliseconds: 0))

    func hasAll(of creation: EventCreation) -> Bool {
        wereAdded(of: creation) && creation.holds.allSatisfy { $0.terms.expiresAtEpoch >= second }
    }

    /// Whether they were added ahead, with the scores that they are to have; the cleaner may have taken some away
    /// since.
    func wereAdded(of creation: EventCreation) -> Bool {
        ahead.isIndexed(creation)
    }
}

extension HoldRepairs {
    /// New members from here on are worth transactions of their own.
    private static let worthwhile = 1000
    /// Scores that are asked for together.
    private static let scoresAtOnce = 250
    /// How far ahead an expiry lies, in seconds, that the cleaner cannot reach before its hold is written: far more
    /// than a command may take.
    fileprivate static let outOfReach: Int64 = 120

    /// Adds the index members of holds that are about to be written, in the order of their scores: a sorted set takes
    /// them twice as fast as in any other order. A run that ends in between leaves members without a hold, which
    /// the platform's cleaner drops when their time comes. Members that are there keep their score.
    ///
    /// - Parameter evenIfFew: whether they are added, and looked at where some were there, however few they are.
    /// - Returns: whether all of them are there now with their scores, `false` also where they are too few for calls of
    ///   their own; and how many were not there before.
    package func add(_ members: NewMembers, evenIfFew: Bool = false) async throws -> (areThere: Bool, new: Int) {
        guard members.count >= (evenIfFew ? 1 : Self.worthwhile), let lanes, await lanes.areUsable() else {
            return (false, 0)
        }
        let owner = try await lease.owner()
        let run = await lanes.run(Self.lanesOfPage, owner: owner, of: members.count) {
            $0..<min($0 + memberBudget.keys, members.count)
        } make: { part in
            var transaction = FencedTransaction(keys)
            transaction.addMembers(part) { place, command in
                command.append(members.score(at: place))
                members.withToken(at: place) { command.append($0) }
            }
            transaction.end()
            return transaction
        } observe: {
            memberBudget.observe(keys: $0.count, took: $1)
        }
        if let failure = run.failure { throw failure }
        var (written, new) = (0, 0)
        var met: [Range<Int>] = []
        for case (let part, .done(_, _, let counts)) in run.outcomes {
            let added = Int(counts[0] ?? 0)
            written += part.count
            new += added
            if added != part.count { met.append(part) }
        }
        guard written == members.count else { return (false, new) }
        for part in met where try await !stand(members, part) { return (false, new) }
        return (true, new)
    }

    /// Whether members that existed before have the right scores, as where a run was killed before it wrote their
    /// holds.
    private func stand(_ members: NewMembers, _ part: Range<Int>) async throws -> Bool {
        for start in stride(from: part.lowerBound, to: part.upperBound, by: Self.scoresAtOnce) {
            let places = start..<min(start + Self.scoresAtOnce, part.upperBound)
            let tokens = places.map { members.token(at: $0) }
            var packing = GlancePacking(keys: keys)
            packing.addScores(of: tokens)
            var reading = GlanceReading(try await connection.replies(to: packing.sequences), keys: keys)
            var isDoubtful = false
            guard let scores = try? reading.scores(tokens.count, &isDoubtful), !isDoubtful,
                zip(places, scores).allSatisfy({ members.score(at: $0) == $1.seconds })
            else { return false }
        }
        return true
    }
}
