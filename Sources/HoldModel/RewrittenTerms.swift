/// Status and times of a hash that is written again from its order (design section 3).
package struct RewrittenTerms: Sendable, Hashable {
    package let status: HoldStatus
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    /// Seconds that the hash outlives its expiry.
    package let margin: Int64

    package init(_ times: OrderTimes, now: Timestamp, policy: Policy) {
        createdAt = times.createdAt ?? now
        if !times.isAccepted, let expiry = times.expiresAt {
            (status, expiresAt) = (.held, expiry)
        } else {
            (status, expiresAt) = (.checkoutCommitted, now.adding(seconds: policy.acceptedLife))
        }
        margin = policy.rewriteMargin
    }

    /// `expiresAtEpoch` and the score, in seconds.
    package var expiresAtEpoch: Int64 {
        expiresAt.secondsRoundedUp
    }

    /// When Redis drops the hash, in seconds since 1970.
    package var keyExpiresAtEpoch: Int64 {
        expiresAtEpoch + margin
    }
}
