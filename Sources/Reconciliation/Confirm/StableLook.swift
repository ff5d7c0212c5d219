package import HoldModel
import RedisStore

/// The looks at one suspect: what the next one asks for, and what follows from what it shows (design section 4, step 5).
///
/// A value without I/O, and without a clock but the one it is given: ``SuspectRounds`` drives thousands of them together, the
/// explorer of the tests one at a time, a step at a time.
package struct StableLook: Sendable, Hashable {
    /// What one look is made of.
    package enum Stage: Sendable, Hashable {
        /// The third witness; see ``CheckoutWitness``.
        case evidence
        /// The inventory hashes alone.
        case counts
        /// Which holds exist, by the index, and by the whole keyspace where ``StableLook/needsKeyspace`` says so.
        case census
        /// The event as SQL has it.
        case snapshot
        /// Hold hashes and inventory hashes.
        case survey
    }

    /// What a run asks of its looks.
    package struct Rules: Sendable, Hashable {
        package var stages: [Stage] = [.evidence, .counts, .census, .snapshot, .survey]
        /// Whether the platform may be selling meanwhile.
        package var isLive = true
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
    /// The counts as the look began, where the platform may change them.
    package var counts: [InventoryState]?
    /// The first look that would put seats on sale.
    package var proof: FirstProof?
    /// Whether the next look must know holds that the index does not: the cleaner drops the member of a claimed hold past
    /// its expiry, and such a hold may have come since the keyspace was last scanned.
    package var needsKeyspace = false
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

    /// What follows from a look that is whole.
    ///
    /// - Parameters:
    ///   - latest: its snapshot and its survey.
    ///   - policy: with the evidence that was read before them.
    ///   - instant: when it was taken.
    /// - Returns: the look, as of the instant that it is judged at, and what it comes to.
    package mutating func conclude(
        _ latest: EventLook, _ rules: Rules, _ policy: Policy, at instant: ContinuousClock.Instant
    ) -> (look: EventLook, Conclusion) {
        let look = proof.map { latest.judged(asOf: $0.now, by: policy) } ?? latest
        if look.needsAnswers(policy) {
            needsAnswers = true
            return (look, .again(.none))
        }
        switch look.plan.standing {
        case .agrees: return (look, .agrees)
        case .refused: return (look, .refused)
        case .sqlBehind:
            return (look, isBehindForGood(rules, at: instant) ? .refused : .again(waitForSQL(since: instant)))
        case .unclear:
            fail()
            return (look, failedLooks >= rules.attempts ? .deferred : .again(.moment))
        case .differs: return (look, rules.mayWrite ? write(look, rules, policy, instant) : find(look, rules))
        }
    }

    /// Whether the event stood still: the counts that were read last are those that were read first.
    package func stoodStill(_ latest: EventLook) -> Bool {
        counts.map { $0 == latest.survey.inventory } ?? true
    }

    /// Notes that a look has concluded nothing.
    package mutating func fail() {
        failedLooks += 1
    }

    /// A snapshot is older than the look at Redis by moments; what looks further apart show is no matter of moments.
    package func isBehindForGood(_ rules: Rules, at instant: ContinuousClock.Instant) -> Bool {
        guard let since = behindSince else { return false }
        return !rules.isLive || instant - since >= rules.releaseAfter
    }

    package mutating func waitForSQL(since instant: ContinuousClock.Instant) -> Pause {
        behindSince = behindSince ?? instant
        return .untilConfirmed
    }

    /// What looks like a leak may be a hold that the index does not know: only a look that knows it is a finding.
    private mutating func find(_ look: EventLook, _ rules: Rules) -> Conclusion {
        guard rules.isLive, !needsKeyspace, release(look, rules) != nil else { return .found }
        needsKeyspace = true
        return .again(.none)
    }

    /// What puts seats on sale takes two looks that show the same, and that know the whole keyspace.
    private mutating func write(
        _ look: EventLook, _ rules: Rules, _ policy: Policy, _ instant: ContinuousClock.Instant
    ) -> Conclusion {
        if isProved(look, rules, instant) { return .write }
        // A first look that the second did not confirm has concluded nothing.
        if proof != nil { fail() }
        let first = look.judged(asOf: look.now, by: policy)
        proof = release(first, rules).map { FirstProof(first, $0, at: instant) }
        needsKeyspace = true
        return .tighten(look.tightened(by: policy))
    }

    private func isProved(_ look: EventLook, _ rules: Rules, _ instant: ContinuousClock.Instant) -> Bool {
        guard rules.isLive, let shown = release(look, rules) else { return true }
        guard needsKeyspace else { return false }
        guard let first = proof else { return rules.releaseAfter == .zero }
        return instant - first.at >= rules.releaseAfter && first.shown.isConfirmed(by: shown)
            && first.isOfSameHashes(as: look)
    }

    private func release(_ look: EventLook, _ rules: Rules) -> ReleaseProof? {
        ReleaseProof(look.plan, countingUnexplained: rules.provesUnexplained)
    }
}
