/// A whole hold hash: a known status, an integer expiry and entries that parse (design section 3).
package struct Hold: Sendable, Hashable {
    package let status: HoldStatus
    /// `expiresAtEpoch`, seconds since 1970; the score of the index member.
    package let expiresAtEpoch: Int64
    package let event: EventID
    package let lines: [SeatLine]

    package init(status: HoldStatus, expiresAtEpoch: Int64, event: EventID, lines: [SeatLine]) {
        self.status = status
        self.expiresAtEpoch = expiresAtEpoch
        self.event = event
        self.lines = lines
    }

    /// A hold lives through the second of its expiry.
    package func isExpired(at now: Timestamp) -> Bool {
        Self.isExpired(expiresAtEpoch, at: now)
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
    /// A key that no script can work with, and why.
    case malformed(String)
    case whole(Hold)
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

    package init(token: HoldToken, state: HoldState, fence: HoldFence, score: IndexScore) {
        self.token = token
        self.state = state
        self.fence = fence
        self.score = score
    }
}
