/// What is done to a hold's hash.
package enum HashEdit: Sendable, Hashable {
    case keep
    case delete
    case replace(RewrittenHold)
    /// The hash's closing: its new status, when, why, and the seconds it is kept from now.
    case close(status: HoldStatus, at: Timestamp, reason: Cause, keptFor: Int64)
}

/// What is done to a hold's index member.
package enum IndexEdit: Sendable, Hashable {
    case keep
    case remove
    /// Seconds since 1970.
    case score(Int64)
}

/// One hold's change, applied only while its hash is still what the survey saw.
package struct HoldChange: Sendable, Hashable {
    package let token: HoldToken
    package let fence: HoldFence
    package let hash: HashEdit
    package let index: IndexEdit

    package init(token: HoldToken, fence: HoldFence, hash: HashEdit, index: IndexEdit) {
        self.token = token
        self.fence = fence
        self.hash = hash
        self.index = index
    }
}

/// One category's new hash, applied only while its version is still what the survey saw.
package struct CountChange: Sendable, Hashable {
    package let category: CategoryID
    package let fence: [UInt8]
    package let counts: Counts
    package let version: Int64
    /// Seats that this puts on sale; negative where it takes some off.
    package let raise: Int64
    /// Seats that leave `pending`, and no hold that is known explains it. Where one holds them after all, its end puts them
    /// on sale once more.
    package let unexplained: Int64

    package init(
        category: CategoryID, fence: [UInt8], counts: Counts, version: Int64, raise: Int64, unexplained: Int64 = 0
    ) {
        self.category = category
        self.fence = fence
        self.counts = counts
        self.version = version
        self.raise = raise
        self.unexplained = unexplained
    }
}

/// The changes that bring one event from survey to snapshot, and why.
package struct EventPlan: Sendable {
    package enum Standing: Sendable, Hashable {
        /// Redis agrees with SQL; findings, if any, are notes for people.
        case agrees
        case differs
        /// Bad data: the event is reported and left alone, and the reason.
        case refused(String)
        /// Nothing may be concluded from this look, and the reason.
        case unclear(String)
    }

    package let event: EventID
    package let standing: Standing
    package let findings: [Finding]
    package let holds: [HoldChange]
    package let counts: [CountChange]

    package init(
        event: EventID, standing: Standing, findings: [Finding], holds: [HoldChange], counts: [CountChange]
    ) {
        self.event = event
        self.standing = standing
        self.findings = findings
        self.holds = holds
        self.counts = counts
    }
}
