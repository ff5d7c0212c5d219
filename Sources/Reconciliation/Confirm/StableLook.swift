package import HoldModel
import RedisStore

/// The stable looks at one suspect: what the next one reads, and what follows from it (design section 4, step 5).
///
/// It is a value without I/O, and knows no time but what it is given. ``SuspectRounds`` drives thousands of them
/// together, the explorer of the tests one at a time, step by step.
package struct StableLook: Sendable, Hashable {
    /// The steps of one look.
    package enum Step: Sendable, Hashable {
        /// Read `api_idempotency`, what SQL knows of accepted checkouts; see ``CheckoutWitness``.
        case answers
        /// Read the finalizer's lists, after the answers, so that no message sent before them is missed.
        case lists
        /// Read the inventory hashes alone.
        case counts
        /// Walk the index for new holds.
        case index
        /// Walk all keys instead, also for holds that the index does not have.
        case keyspace
        /// Wait until SQL, where it is a standby, shows what was there when the counts were read.
        case replay
        /// Read the event from SQL.
        case snapshot
        /// Read hold hashes and inventory hashes.
        case survey
    }

    /// The rules of a run for its stable looks.
    package struct Rules: Sendable, Hashable {
        package var steps: [Step] = [.answers, .lists, .counts, .index, .keyspace, .replay, .snapshot, .survey]
        /// Whether the platform may be selling meanwhile.
        package var isLive = true
        /// Whether SQL is a hot standby.
        package var readsStandby = false
        /// Whether SQL's answers were read before; then each look reads them anew.
        package var hasAnswers = false
        /// Whether the run may write.
        package var mayWrite = true
        /// How much time must lie between the two looks that it takes to put seats on sale.
        package var releaseAfter: Duration = .seconds(2)
        /// How many looks may conclude nothing.
        package var attempts = 6
        /// Whether seats that leave `pending` unexplained take two looks even where none goes on sale, as where a dead
        /// finalizer's become `sold`.
        package var provesUnexplained = true

        package init() {}
    }

    /// The conclusion of a look.
    package enum Conclusion: Sendable {
        /// Redis is as it should be.
        case agrees
        /// People must say what is right.
        case refused
        /// It is unclear what is right, and no more looks are allowed.
        case deferred
        /// Another look is needed.
        case again(Pause)
        /// The difference is a finding, and nothing may be written.
        case found
        /// The difference is a finding: write the look's plan.
        case write
        /// Write this part of the plan, which puts no seat on sale; then another look is needed.
        case tighten(EventPlan)
    }

    /// The pause before the next look.
    package enum Pause: Sendable, Hashable {
        case none
        /// A moment, after which the event may stand still.
        case moment
        /// The time that must lie between two looks that have to show the same.
        case untilConfirmed
    }

    package let event: EventID
    /// The event's holds that the census knows.
    package var tokens: [HoldToken]
    /// The walk of all keys from which the tokens come; `nil` where some tokens may be unknown.
    package var walked: KeyspaceWalk?
    /// The counts at the beginning of the look; `nil` where the platform may not change them.
    package var counts: [InventoryState]?
    /// The first look that would put seats on sale.
    package var proof: FirstProof?
    /// Whether the next look must know holds that the index does not: the cleaner drops the member of a claimed hold
    /// past its expiry, and such a hold may have come since the keyspace was last scanned.
    package var needsKeyspace = false
    /// The walk of all keys that this look has taken.
    private(set) var keyspace: KeyspaceWalk?
    /// How many of the steps are done or left out.
    private var taken = 0
    /// Whether every other suspect has had a look since this one was first looked at.
    var hasWaitedForOthers = false
    /// Whether an order may be abandoned by evidence that was not read yet.
    package var needsAnswers = false
    /// When a look first showed that Redis has sold what SQL does not know.
    package var behindSince: ContinuousClock.Instant?
    /// How many looks have concluded nothing.
    package var failedLooks = 0

    package init(event: EventID, tokens: [HoldToken]) {
        self.event = event
        self.tokens = tokens
    }

    /// Begins a look.
    package mutating func begin() {
        (taken, keyspace) = (0, nil)
    }

    /// Returns the next step; `nil` once the look is whole.
    package func next(_ rules: Rules) -> Step? {
        rules.steps.dropFirst(taken).first { wants($0, rules) }
    }

    /// Notes that a step was done. Steps before it that were not wanted are left out.
    package mutating func take(_ step: Step, _ rules: Rules) {
        if let place = rules.steps.firstIndex(of: step) { taken = place + 1 }
    }

    /// Notes that all keys were walked.
    package mutating func take(_ walk: KeyspaceWalk, _ rules: Rules) {
        keyspace = walk
        take(.keyspace, rules)
    }

    private func wants(_ step: Step, _ rules: Rules) -> Bool {
        switch step {
        case .answers: needsAnswers || rules.hasAnswers
        case .keyspace: rules.isLive ? needsKeyspace : mayLackHolds
        // All keys have the hash of each member that has one; a member without a hash keeps no seat.
        case .index: !wants(.keyspace, rules)
        case .replay: rules.readsStandby
        // Also where traffic is said to be stopped: somebody may sell all the same.
        case .lists, .counts, .snapshot, .survey: true
        }
    }

    /// Whether there may be holds that the census does not know although traffic was said to be stopped: if an event has
    /// moved, it was not stopped.
    private var mayLackHolds: Bool {
        walked == nil || failedLooks > 0
    }
}
