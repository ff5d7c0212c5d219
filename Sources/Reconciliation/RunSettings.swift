package import HoldModel

/// What one run does, as the operator decided it.
package struct RunSettings: Sendable {
    /// Whether the platform may be selling meanwhile.
    package enum Traffic: String, Sendable, CaseIterable {
        case live
        case stopped
    }

    package var policy: Policy
    package var traffic: Traffic
    /// The events to look at; `nil` for all.
    package var events: [EventID]?
    /// Whether to walk the keyspace for holds that the index does not know and for orphan inventory.
    package var deep: Bool
    /// Events in one snapshot.
    package var pageSize = 500
    /// Pages between their SQL and their last write at once; memory is bounded by them.
    package var pagesInFlight = 3
    /// How often an event that moved, or that is unclear, is looked at again.
    package var attempts = 3
    /// The mean pause between looks at the same event.
    package var pause: Duration = .milliseconds(250)
    /// Findings kept whole for the report; totals always count all.
    package var maxFindings = 1000
    /// Goes on where the program would refuse: data that looks like another deployment's, a purge of claimed holds.
    package var force = false

    package init(policy: Policy, traffic: Traffic, events: [EventID]? = nil, deep: Bool) {
        self.policy = policy
        self.traffic = traffic
        self.events = events
        self.deep = deep
    }
}
