/// What is done to a hold's hash.
package enum HashEdit: Sendable, Hashable {
    case keep
    case delete
    case replace(RewrittenHold)
    /// A later expiry and a longer life for a hash that keeps its seats; `keyExpiresAtEpoch` in seconds since 1970.
    case renew(as: HoldStatus, order: OrderID, expiresAt: Timestamp, keyExpiresAtEpoch: Int64)
    /// The hash's `expiresAtEpoch` becomes this, in seconds since 1970, and nothing else changes.
    case date(Int64)
    /// The hash becomes this, whatever it is now.
    case whole(WholeHash)
    /// The hash's closing: its new status, when, why, and the seconds it is kept from now.
    case close(status: HoldStatus, at: Timestamp, reason: Cause, keptFor: Int64)
}

/// What is done to a hold's index member.
package enum IndexEdit: Sendable, Hashable {
    case keep
    case remove
    /// Seconds since 1970.
    case score(Int64)
    /// A score as Redis printed it, which need be no number of seconds.
    case text([UInt8])
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

/// What is done to an inventory hash.
package enum CountEdit: Sendable, Hashable {
    /// The four counts and the version are written; other fields stay.
    case write
    case delete
    /// The hash becomes this, whatever it is now.
    case whole(WholeHash)
}

/// One category's new hash, applied only while its version is still what the survey saw.
package struct CountChange: Sendable, Hashable {
    package let category: CategoryID
    /// The hash as the survey has seen it.
    package let before: InventoryState
    package let edit: CountEdit
    package let counts: Counts
    package let version: Int64
    /// Seats that this puts on sale; negative where it takes some off.
    package let raise: Int64
    /// Seats that leave `pending` although no known hold explains them. If an unknown hold has them after all, its end
    /// puts them on sale a second time.
    package let unexplained: Int64
    /// Seats that are put on sale, counted from where everything that may be taken off sale first has been taken off.
    package let freed: Int64

    package init(
        category: CategoryID, before: InventoryState, edit: CountEdit = .write, counts: Counts, version: Int64,
        raise: Int64, unexplained: Int64 = 0, freed: Int64? = nil
    ) {
        self.edit = edit
        self.category = category
        self.before = before
        self.counts = counts
        self.version = version
        self.raise = raise
        self.unexplained = unexplained
        self.freed = freed ?? max(raise, 0)
    }
}

/// A category that SQL does not have in this event, although a hold or order that is not over names it.
package struct MissingCategory: Sendable, Hashable {
    package let category: CategoryID
    /// What names it, for people.
    package let owner: String

    package init(category: CategoryID, owner: String) {
        self.category = category
        self.owner = owner
    }
}

/// The changes that bring one event from survey to snapshot, and why.
package struct EventPlan: Sendable {
    package enum Standing: Sendable, Hashable {
        /// Redis agrees with SQL; findings, if any, are notes for people.
        case agrees
        case differs
        /// Bad data, and what it is: the event is reported and left alone.
        case refused(String)
        /// Redis has sold what this SQL does not know, and what that is. SQL may only have been read too early. Where
        /// it stays so, nothing in the event can be compared with it.
        case sqlBehind(String)
        /// Nothing may be concluded from this look, and the reason.
        case unclear(String)
    }

    package let event: EventID
    package let standing: Standing
    package let findings: [Finding]
    package let holds: [HoldChange]
    package let counts: [CountChange]
    /// Categories that holds and orders of a refused event name: another event may have them, but their seats are
    /// promised here.
    package let missing: [MissingCategory]

    package init(
        event: EventID, standing: Standing, findings: [Finding], holds: [HoldChange], counts: [CountChange],
        missing: [MissingCategory] = []
    ) {
        self.event = event
        self.standing = standing
        self.findings = findings
        self.holds = holds
        self.counts = counts
        self.missing = missing
    }
}
