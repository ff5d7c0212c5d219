package import HoldModel

/// The operator's decisions about one run.
package struct RunSettings: Sendable {
    /// Whether the platform may be selling meanwhile.
    package enum Traffic: String, Sendable, CaseIterable {
        case live
        case stopped
    }

    package var policy: Policy
    package var traffic: Traffic
    /// Whether SQL is a hot standby, which shows less than there is.
    package var readsStandby = false
    /// Whether the operator, not the state of the clocks, leaves out what would put seats on sale.
    package var tightensByChoice: Bool = false
    /// The events to look at; `nil` for all.
    package var events: [EventID]?
    /// The part of the work that this run does.
    package var shard = Shard.whole
    /// Whether to walk the keyspace for holds that the index does not know and for orphan inventory.
    package var deep: Bool
    /// Whether what SQL says of sold seats and of open orders is compared with itself and with their holds, too.
    package var auditsSQL = false
    /// Whether each hold is read for its event before the walk over SQL, as a purge needs it. Otherwise only holds of
    /// which that walk has read no order are, and afterwards.
    package var asksForEvents = false
    /// The number of events in one page.
    package var pageSize = 500
    /// How many pages are in work at once, from their SQL to their last write; this bounds memory.
    package var pagesInFlight = 3
    /// How many looks at an event may conclude nothing before it gets hot looks or is left.
    package var attempts = 6
    /// The mean pause between such looks.
    package var pause: Duration = .milliseconds(250)
    /// How much time must lie between the two looks that it takes to put seats on sale.
    package var releaseAfter: Duration = .seconds(2)
    /// How many hot looks must show the same.
    package var hotLooks = 3
    /// How far the clocks of Redis, PostgreSQL and this machine may differ; beyond that nothing is put on sale.
    package var maxSkew: Duration = .seconds(5)
    /// How long Redis may take to answer before the run waits for it.
    package var maxLatency: Duration = .milliseconds(50)
    /// How long one script may take.
    package var scriptBudget: Duration = .milliseconds(2)
    /// How long one snapshot of SQL may be used. With traffic live an older one would show the platform's own steps as
    /// drift.
    package var snapshotAge: Duration { traffic == .live ? .seconds(2) : .seconds(15) }
    /// The finalizer's queue in Redis, without the prefix; `nil` where it is elsewhere (contract section 2).
    package var finalizationQueue: String? = "queues:finalization"
    /// What becomes of a change that is proved.
    package var course = ChangeCourse.direct
    /// Whether an undo is about what belongs to no event, too.
    package var undoesTheRest = true
    /// Whether the run only tells what another one would write.
    package var isRehearsal = false
    /// How much may be changed.
    package var limits = RunLimits()
    /// Ends the run at the next whole step.
    package var stop = StopRequest()
    /// How many findings are kept for the report; totals always count all.
    package var maxFindings = 1000
    /// Whether to go on where the program would refuse: data that looks like another deployment's, a purge of claimed
    /// holds.
    package var force = false

    package init(policy: Policy, traffic: Traffic, events: [EventID]? = nil, deep: Bool) {
        self.policy = policy
        self.traffic = traffic
        self.events = events
        self.deep = deep
    }

    /// Stops a purge that would remove other holds than its operator has seen.
    ///
    /// - Throws: ``RunRefusal/otherMembers(found:expected:)``.
    func expect(members found: Int) throws {
        guard let expected = limits.expectedMembers, !RunLimits.isAbout(found, expected) else { return }
        throw RunRefusal.otherMembers(found: found, expected: expected)
    }
}
