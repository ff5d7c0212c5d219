package import HoldModel
import RedisStore

/// The looks at one suspect: what the next one asks for, and what follows from what it shows (design section 4, step 5).
///
/// A value without I/O, and without a clock but the one it is given: ``SuspectRounds`` drives thousands of them together, the
/// explorer of the tests one at a time, a step at a time.
package struct StableLook: Sendable, Hashable {
    /// What one look is made of.
    package enum Step: Sendable, Hashable {
        /// What SQL knows of accepted checkouts; see ``CheckoutWitness``.
        case answers
        /// The finalizer's lists, behind that: a message that was sent before an answer was read is seen.
        case lists
        /// The inventory hashes alone.
        case counts
        /// Which holds exist, by the index.
        case index
        /// Which holds exist, by all keys.
        case keyspace
        /// That SQL shows what was there when the counts were read, where it is a standby.
        case replay
        /// The event as SQL has it.
        case snapshot
        /// Hold hashes and inventory hashes.
        case survey
    }

    /// What a run asks of its looks.
    package struct Rules: Sendable, Hashable {
        package var steps: [Step] = [.answers, .lists, .counts, .index, .keyspace, .replay, .snapshot, .survey]
        /// Whether the platform may be selling meanwhile.
        package var isLive = true
        /// Whether SQL is a hot standby.
        package var readsStandby = false
        /// Whether SQL's answers were read before: they are read anew then.
        package var hasAnswers = false
        /// Whether findings are to be written.
        package var mayWrite = true
        /// How far the two looks lie apart that putting seats on sale takes.
        package var releaseAfter: Duration = .seconds(2)
        /// Looks that may conclude nothing.
        package var attempts = 6
        /// Whether seats that leave `pending` unexplained take two looks also where none goes on sale, as where those of a dead
        /// finalizer are counted as sold.
        package var provesUnexplained = true

        package init() {}
    }

    /// What a look comes to.
    package enum Conclusion: Sendable {
        /// Redis is as it should be.
        case agrees
        /// People must say what is right.
        case refused
        /// Nobody can tell what is right, and enough looks have shown that.
        case deferred
        /// Another look is needed.
        case again(Pause)
        /// What differs is a finding, and nothing may be written.
        case found
        /// The look's plan is to be written.
        case write
        /// This part of it is to be written, which puts no seat on sale; then another look is needed.
        case tighten(EventPlan)
    }

    /// What lies between two looks.
    package enum Pause: Sendable, Hashable {
        case none
        /// A moment, in which an event may come to stand still.
        case moment
        /// What two looks lie apart that are to show the same.
        case untilConfirmed
    }

    package let event: EventID
    /// The holds that the census knows of it.
    package var tokens: [HoldToken]
    /// The walk of all keys that these come from; `nil` where only some of them may be known.
    package var walked: KeyspaceWalk?
    /// The counts as the look began, where the platform may change them.
    package var counts: [InventoryState]?
    /// The first look that would put seats on sale.
    package var proof: FirstProof?
    /// Whether the next look must know holds that the index does not: the cleaner drops the member of a claimed hold past
    /// its expiry, and such a hold may have come since the keyspace was last scanned.
    package var needsKeyspace = false
    /// The walk of all keys that this look has taken.
    private(set) var keyspace: KeyspaceWalk?
    /// How many of the steps are done with.
    private var taken = 0
    /// Whether every other suspect has had a look since this one was first looked at.
    var hasWaitedForOthers = false
    /// Whether an order may be abandoned by evidence that was not read yet.
    package var needsAnswers = false
    /// Since when looks show that Redis has sold what SQL does not know.
    package var behindSince: ContinuousClock.Instant?
    /// Looks that concluded nothing.
    package var failedLooks = 0

    package init(event: EventID, tokens: [HoldToken]) {
        self.event = event
        self.tokens = tokens
    }

    /// Begins a look.
    package mutating func begin() {
        (taken, keyspace) = (0, nil)
    }

    /// What the look asks for next; `nil` once it is whole.
    package func next(_ rules: Rules) -> Step? {
        rules.steps.dropFirst(taken).first { wants($0, rules) }
    }

    /// A step was taken; those before it that were not wanted are done with as well.
    package mutating func take(_ step: Step, _ rules: Rules) {
        if let place = rules.steps.firstIndex(of: step) { taken = place + 1 }
    }

    /// All keys were walked.
    package mutating func take(_ walk: KeyspaceWalk, _ rules: Rules) {
        keyspace = walk
        take(.keyspace, rules)
    }

    private func wants(_ step: Step, _ rules: Rules) -> Bool {
        switch step {
        case .answers: needsAnswers || rules.hasAnswers
        case .counts: rules.isLive
        case .index: rules.isLive || mayLackHolds
        case .keyspace: rules.isLive ? needsKeyspace : mayLackHolds
        case .replay: rules.readsStandby
        case .lists, .snapshot, .survey: true
        }
    }

    /// Whether holds may be there that the census does not know, although traffic was said to be stopped: an event that moved
    /// shows that it was not.
    private var mayLackHolds: Bool {
        walked == nil || failedLooks > 0
    }
}
