import ChangeFiles
package import HoldModel
import LuaScripts

/// A `held` hold that has to be released as the platform would do it.
package struct HeldHold: Sendable, Hashable {
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
    /// An inventory hash does not have the seats in `pending`, or its counts do not add up; nothing was written.
    case unclear(key: [UInt8])
    /// It was sent, and an error came instead of the answer. The next look sees whether it was released.
    case unknown
    /// An error came, and it was certainly not released.
    case unwritten
}

extension HoldRepairs {
    /// Releases holds by increments, each at one instant.
    ///
    /// - Parameters:
    ///   - keptFor: seconds that their hashes are kept from `now` on.
    ///   - status: what they are left with; `cancelled` where their time was not over.
    ///   - reason: for `releaseReason`, behind the program's name.
    ///   - record: is called once, with the outcomes in the holds' order.
    package func release(
        _ holds: [HeldHold], now: Timestamp, keptFor: Int64, as status: HoldStatus = .expired,
        because reason: String = Cause.expiredHold.rawValue, record: ([ReleaseOutcome]) -> Void
    ) async throws {
        var outcomes = Array(repeating: ReleaseOutcome.unwritten, count: holds.count)
        defer { record(outcomes) }
        if holds.isEmpty { return }
        let owner = try await lease.owner()
        let number = try await journalReleases(of: holds, as: status)
        defer {
            for (place, outcome) in outcomes.enumerated() {
                note(JournalOutcome(outcome), of: number.map { $0 + Int64(place) })
            }
        }
        let calls = holds.map { held in
            var call = ScriptCall()
            call.addKey(keys.lease)
            call.addKey(keys.index)
            call.addKey(keys.hold(held.token))
            for line in held.hold.lines { call.addKey(keys.inventory(held.hold.event, line.category)) }
            call.addArgument(owner)
            call.addArgument(held.fence.text)
            call.addArgument(held.token.bytes)
            call.addArgument(now.adding(seconds: keptFor).secondsRoundedUp)
            call.addArgument(now.iso8601)
            call.addArgument("hold-reconciler:\(reason)")
            call.addArgument(status.bytes)
            for line in held.hold.lines { call.addArgument(line.quantity) }
            return call
        }
        var failure: ScriptFailure?
        for (position, answer) in await scripts.answers(.release, calls).enumerated() {
            do throws(ScriptFailure) {
                outcomes[position] = try read(try answer.get())
            } catch {
                outcomes[position] = error.mayHaveRun ? .unknown : .unwritten
                failure = failure ?? error
            }
        }
        if let failure { throw failure.cause }
    }

    /// - Returns: the number of the first entry; `nil` without a journal.
    private func journalReleases(of holds: [HeldHold], as status: HoldStatus) async throws -> Int64? {
        guard let journal else { return nil }
        let releases = holds.map { held in
            let seats = Dictionary(held.hold.lines.map { ($0.category, $0.quantity) }, uniquingKeysWith: &+)
            let shifts = seats.sorted { $0.key < $1.key }.map {
                (category: $0.key, total: Int64(0), sold: Int64(0), pending: -$0.value)
            }
            return Increments(event: held.hold.event, shifts: shifts, released: (held, status))
        }
        return try journal.record(try await entries(of: releases))
    }

    private func read(_ reply: RedisReply) throws(ScriptFailure) -> ReleaseOutcome {
        switch (reply.array?.first?.text, reply.array?.last?.bytes) {
        case ("moved", _): return .moved
        case ("unclear", let key?): return .unclear(key: key)
        default:
            try expectApplied(reply, "script release")
            return .released
        }
    }
}

extension JournalOutcome {
    /// - Returns: `nil` for a release that was made.
    fileprivate init?(_ outcome: ReleaseOutcome) {
        switch outcome {
        case .released: return nil
        case .moved, .unclear, .unwritten: self = .unwritten
        case .unknown: self = .unknown
        }
    }
}
