/// A whole hold hash: a known status, an integer expiry and entries that parse (design section 3).
package struct Hold: Sendable, Hashable {
    package let status: HoldStatus
    /// When it ends, seconds since 1970; the score of the index member.
    package private(set) var expiresAtEpoch: Int64
    /// Until when it keeps its seats: later than ``expiresAtEpoch`` where the hash says so in words.
    package private(set) var end: Int64
    /// Whether the hash's own `expiresAtEpoch` cannot be used, and has to become ``expiresAtEpoch``.
    package private(set) var mustBeDated = false
    package let event: EventID
    package let lines: [SeatLine]
    private let stated: StatedExpiry

    package init(status: HoldStatus, expiresAtEpoch: Int64, event: EventID, lines: [SeatLine]) {
        self.init(status: status, StatedExpiry(epoch: expiresAtEpoch), expiresAtEpoch, event: event, lines: lines)
    }

    /// - Parameters:
    ///   - stated: what its hash says of its end.
    ///   - seconds: what can be read of that, until ``settled(score:now:)`` has judged it.
    init(status: HoldStatus, _ stated: StatedExpiry, _ seconds: Int64, event: EventID, lines: [SeatLine]) {
        self.status = status
        self.stated = stated
        expiresAtEpoch = seconds
        end = seconds
        self.event = event
        self.lines = lines
    }

    /// The same with its end judged.
    ///
    /// - Returns: `nil` where nothing says when it ends.
    func settled(score: IndexScore, now: Timestamp) -> Hold? {
        guard let expiry = stated.settled(score: score, now: now) else { return nil }
        var hold = self
        (hold.expiresAtEpoch, hold.end, hold.mustBeDated) = (expiry.seconds, expiry.end, expiry.mustBeWritten)
        return hold
    }

    /// A hold lives through the second of its expiry.
    package func isExpired(at now: Timestamp) -> Bool {
        Self.isExpired(end, at: now)
    }

    static func isExpired(_ expiresAtEpoch: Int64, at now: Timestamp) -> Bool {
        guard let expiry = Timestamp(seconds: expiresAtEpoch) else { return expiresAtEpoch < 0 }
        return expiry < now
    }
}

/// What Redis says of one hold.
package enum HoldState: Sendable, Hashable {
    case absent
    /// A hash without `entries`: a commit after the TTL re-created it (the runbook's `zombie-hold`).
    case zombie
    /// A hold's key that no script can work with, and why.
    case malformed(String)
    /// A key under a hold's name that is no hold's, and what it is: another type than hash, or a hash without a hold's fields.
    /// It is somebody's, and stays, but where an order of SQL names it.
    case foreign(String)
    case whole(Hold)

    package var isWhole: Bool {
        if case .whole = self { true } else { false }
    }
}

/// The score of a hold's index member.
package enum IndexScore: Sendable, Hashable {
    case noMember
    /// As Redis prints it, since it may be no whole number of seconds.
    case score([UInt8])

    /// Whole seconds, where the score is that.
    package var seconds: Int64? {
        guard case .score(let text) = self else { return nil }
        return decimalInteger(text)
    }
}

/// The state of a hold that the apply script compares before it touches the hold: `-` no key, `!` a key of another
/// type, else `status|expiresAtEpoch`. Status alone would lose an extension, which changes the expiry only.
package enum HoldFence: Sendable, Hashable {
    case absent
    case otherType
    case hash(status: [UInt8]?, expiresAtEpoch: [UInt8]?)

    package var text: [UInt8] {
        switch self {
        case .absent: [UInt8(ascii: "-")]
        case .otherType: [UInt8(ascii: "!")]
        case .hash(let status, let expiresAtEpoch): (status ?? []) + [UInt8(ascii: "|")] + (expiresAtEpoch ?? [])
        }
    }
}

/// One token in a survey: its hash, its index member, and the fence for compare-and-set.
package struct HoldSurvey: Sendable, Hashable {
    package let token: HoldToken
    package let state: HoldState
    package let fence: HoldFence
    package let score: IndexScore
    /// What can be read of a hash that is not whole; `nil` of every other.
    package let remains: HoldRemains?

    package init(
        token: HoldToken, state: HoldState, fence: HoldFence, score: IndexScore, remains: HoldRemains? = nil
    ) {
        self.token = token
        self.state = state
        self.fence = fence
        self.score = score
        self.remains = remains
    }

    /// The same with the end of its hold judged; a hold of which nothing says when it ends is malformed.
    ///
    /// - Parameter now: Redis' clock.
    package func settled(at now: Timestamp) -> HoldSurvey {
        guard case .whole(let hold) = state, hold.status.isActive else { return self }
        let settled = hold.settled(score: score, now: now)
        if settled == hold { return self }
        return HoldSurvey(
            token: token,
            state: settled.map { .whole($0) }
                ?? .malformed("expiresAtEpoch is no time of the next 30 days in seconds, and nothing else tells it"),
            fence: fence, score: score, remains: remains)
    }
}
