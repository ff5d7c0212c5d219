/// A whole hold hash: a known status, an integer expiry and entries that parse (design section 3).
package struct Hold: Sendable, Hashable {
    package let status: HoldStatus
    /// When it ends, in seconds since 1970; its index member must have this score.
    package private(set) var expiresAtEpoch: Int64
    /// Until when it keeps its seats, in seconds since 1970: later than ``expiresAtEpoch`` where the hash's `expiresAt`
    /// is.
    package private(set) var end: Int64
    /// Whether the field `expiresAtEpoch` of the hash cannot be used, and must be set to ``expiresAtEpoch``.
    package private(set) var mustBeDated = false
    package let event: EventID
    package let lines: [SeatLine]
    private let stated: StatedExpiry

    package init(status: HoldStatus, expiresAtEpoch: Int64, event: EventID, lines: [SeatLine]) {
        self.init(status: status, StatedExpiry(epoch: expiresAtEpoch), expiresAtEpoch, event: event, lines: lines)
    }

    /// - Parameters:
    ///   - stated: what the hash says of its end.
    ///   - seconds: its end as far as it can be read, until ``settled(score:now:)`` has judged it.
    init(status: HoldStatus, _ stated: StatedExpiry, _ seconds: Int64, event: EventID, lines: [SeatLine]) {
        self.status = status
        self.stated = stated
        expiresAtEpoch = seconds
        end = seconds
        self.event = event
        self.lines = lines
    }

    /// Returns the hold with its end judged.
    ///
    /// - Returns: `nil` where nothing says when it ends.
    func settled(score: IndexScore, now: Timestamp) -> Hold? {
        guard let expiry = stated.settled(score: score, now: now) else { return nil }
        var hold = self
        (hold.expiresAtEpoch, hold.end, hold.mustBeDated) = (expiry.seconds, expiry.end, expiry.mustBeWritten)
        return hold
    }

    /// Whether the hold has expired. It lives through the second of its expiry.
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
    /// A hash without `entries`, which a commit has made after the hold's own had ended (`zombie-hold` in the runbook).
    case zombie
    /// A hold's hash that no script can work with, and why.
    case malformed(String)
    /// A key with a hold's name that is no hold's, and what it is: not a hash, or a hash without a hold's fields. It
    /// belongs to somebody else and stays, unless an order in SQL names it.
    case foreign(String)
    case whole(Hold)

    package var isWhole: Bool {
        if case .whole = self { true } else { false }
    }
}

/// The score of a hold's index member.
package enum IndexScore: Sendable, Hashable {
    case noMember
    /// The score as Redis prints it: it need not be a whole number of seconds.
    case score([UInt8])

    /// The score in whole seconds; `nil` where it is no such number.
    package var seconds: Int64? {
        guard case .score(let text) = self else { return nil }
        return decimalInteger(text)
    }
}

/// The state of a hold that the apply script compares before it touches the hold: `-` for no key, `!` for a key of
/// another type, else `status|expiresAtEpoch`. Status alone would miss an extension, which changes only the expiry.
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
    /// What can be read of a hash that is not whole; `nil` for every other hash.
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

    /// Returns the survey with the end of its hold judged. A hold is malformed where nothing says when it ends.
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
