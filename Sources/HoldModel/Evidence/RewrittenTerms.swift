/// Status and times of a hash that is written again from its order (design section 3).
package struct RewrittenTerms: Sendable, Hashable {
    package let status: HoldStatus
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    /// Seconds that the hash outlives its expiry.
    package let margin: Int64

    /// - Parameter expiry: when the present hash ends; that time is never shortened.
    package init(_ times: OrderTimes, now: Timestamp, policy: Policy, keeping expiry: Timestamp? = nil) {
        createdAt = times.createdAt ?? now
        let due: Timestamp
        if !times.isAccepted, let expiry = times.expiresAt {
            (status, due) = (.held, expiry)
        } else {
            (status, due) = (.checkoutCommitted, now.adding(seconds: policy.acceptedLife))
        }
        expiresAt = max(due, expiry ?? due)
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
