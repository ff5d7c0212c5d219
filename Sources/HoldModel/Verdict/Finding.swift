/// One side of a difference, for people and for the report.
package enum FindingState: Sendable, Hashable {
    case absent
    case otherType
    case inventory(InventoryFields)
    case counts(Counts, version: Int64?)
    case hold(status: String, expiresAtEpoch: Int64?)
    case score([UInt8])
    case text(String)
}

/// What became of a finding.
package enum FindingOutcome: String, Sendable, CaseIterable {
    /// Seen, and nothing was to be written.
    case found
    case applied
    /// Redis changed between look and write, in each of the attempts that are allowed.
    case moved
    /// What was seen is not clear enough to act on.
    case deferred
    /// Bad data, or a state that only people can judge.
    case refused
    /// The write was sent to Redis, and an error came instead of the answer. The next run sees whether it was written.
    case unknown
    /// Nothing in Redis to repair: SQL's own contradiction, or the platform's normal course. Not drift.
    case noted
}

/// One difference, with its cause, its seats, and how it was before and is to be after.
package struct Finding: Sendable {
    package let cause: Cause
    package let event: EventID?
    package let category: CategoryID?
    package let hold: HoldToken?
    /// Seats that the difference moves or concerns; zero where it is about keys only.
    package let seats: Int64
    package let before: FindingState
    package let after: FindingState
    /// The key's name and what is wrong with it, where cause and states do not say it.
    package let detail: String?
    /// Since when it is so, where a hold or an order says it.
    package let since: Timestamp?
    package var outcome: FindingOutcome

    package init(
        _ cause: Cause, event: EventID?, category: CategoryID? = nil, hold: HoldToken? = nil, seats: Int64 = 0,
        before: FindingState = .absent, after: FindingState = .absent, detail: String? = nil,
        since: Timestamp? = nil, outcome: FindingOutcome = .found
    ) {
        self.cause = cause
        self.event = event
        self.category = category
        self.hold = hold
        self.seats = seats
        self.before = before
        self.after = after
        self.detail = detail
        self.since = since
        self.outcome = outcome
    }
}

extension Finding {
    /// Whether two findings are the same difference, seen twice.
    package func isAbout(_ other: Finding) -> Bool {
        cause == other.cause && event == other.event && category == other.category && hold == other.hold
    }

    /// Makes the finding of an event that was left as it is, because nothing could be concluded about it.
    package init(deferring event: EventID, because reason: String) {
        self.init(.unsettled, event: event, detail: reason, outcome: .deferred)
    }
}
