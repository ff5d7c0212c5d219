package import HoldModel
package import RedisStore

/// The hot looks at one event, which never stands still: what the next one reads, and what follows from it (design
/// section 4, step 6).
///
/// A hold that is acquired between the index scan and the instant of the survey would make `pending` look too high. New
/// holds enter the index at its tail (`HoldStore.watermark`), so the tail is read at the same instant. A survey whose
/// tail has an unknown token is taken again.
///
/// It is a value like ``StableLook``, and is driven by ``HotLooker`` and by the explorer of the tests.
package struct HotLook: Sendable, Hashable {
    /// The stages of one look.
    package enum Stage: Sendable, Hashable {
        /// Where the tail of the index begins.
        case watermark
        case index
        case keyspace
        /// Which of the holds are over for good.
        case ended
        case snapshot
        /// All holds, the counts and the tail of the index at one instant.
        case survey
        /// A second snapshot, which must be equal to the first.
        case agreement
    }

    /// The rules of a run for its hot looks.
    package struct Rules: Sendable, Hashable {
        package var stages: [Stage] = [.watermark, .index, .keyspace, .ended, .snapshot, .survey, .agreement]
        /// How many looks must show the same.
        package var alike = 3
        /// How much time must lie between the first and the last of them.
        package var releaseAfter: Duration = .seconds(2)
        /// How many looks may conclude nothing before the event is left.
        package var attempts = 18
        /// How many surveys one look may take; each takes about two round trips.
        package var surveys = 40
        /// How many keys may be read at one instant: some five milliseconds of Redis' time.
        package var greatest = 1000
        /// Whether the run may write.
        package var mayWrite = true

        package init() {}
    }

    /// The result of one survey.
    package enum Surveyed: Sendable, Hashable {
        /// All tokens of the tail were known.
        case whole
        /// The tail has new tokens, whose holds must be read as well.
        case again
        /// The look concludes nothing, for this reason.
        case nothing(String)
    }

    /// The conclusion of a look.
    package enum Conclusion: Sendable, Hashable {
        case agrees
        /// Redis has sold what SQL does not know, and for longer than a moment.
        case behind
        /// Another look is needed.
        case again(StableLook.Pause)
        /// The event is left as it is, for this reason.
        case left(String)
        /// The difference is a finding, and nothing may be written.
        case found
        /// The difference is a finding: write the plan's holds, and add these shifts to the counts.
        case write([CountShift])
    }

    private struct Shown: Sendable, Hashable {
        let at: ContinuousClock.Instant
        let evidence: HotEvidence
    }

    /// What the stable looks at the event knew, and what the hot looks add to it.
    package var known: StableLook
    package private(set) var snapshot: EventSnapshot?
    private var second: EventSnapshot?
    private var survey: EventSurvey?
    /// How many surveys this look has taken.
    private var surveys = 0
    /// The looks that showed the same difference, in order.
    private var shown: [Shown] = []

    package init(_ known: StableLook) {
        self.known = known
    }

    /// Begins a look with what SQL says of the event.
    package mutating func begin(_ snapshot: EventSnapshot) {
        self.snapshot = snapshot
        (second, survey, surveys) = (nil, nil, 0)
    }

    /// Returns the holds that are not over for good. The hashes of released ones are kept for minutes, and on an event
    /// that sells there are more of them than can be read at one instant. If an order names one, it is read again.
    package static func unended(_ holds: [HoldSurvey]) -> [HoldToken] {
        holds.filter { hold in
            guard case .whole(let whole) = hold.state, hold.score == .noMember else { return true }
            return whole.status.isActive
        }.map(\.token)
    }

    /// The keys to read at one instant.
    package var request: SurveyRequest {
        SurveyRequest(
            beside: snapshot ?? EventSnapshot(event: known.event, categories: [], orders: []), tokens: known.tokens)
    }

    /// Takes a survey.
    ///
    /// - Parameter new: the event's holds that its tail has shown for the first time; `nil` where the tail was too long.
    package mutating func take(_ survey: EventSurvey, new: [HoldToken]?, _ rules: Rules) -> Surveyed {
        guard let new else { return .nothing("the index grew by more than one look can read") }
        self.survey = survey
        known.tokens += new
        surveys += 1
        if new.isEmpty { return .whole }
        return surveys < rules.surveys ? .again : .nothing("new holds came faster than they could be read")
    }

    /// Takes the second snapshot; `nil` where SQL does not have the event any more.
    package mutating func take(agreement: EventSnapshot?) {
        second = agreement ?? EventSnapshot(event: known.event, categories: [], orders: [])
    }

    /// Returns the plan that follows from what was read; `nil` where the look is not whole.
    package func plan(_ policy: Policy, now: Timestamp) -> EventPlan? {
        guard let snapshot, let survey else { return nil }
        return EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: now)
    }

    /// Concludes from a look that is whole.
    ///
    /// - Parameters:
    ///   - plan: see ``plan(_:now:)``.
    ///   - obstacle: a reason outside of the look why nothing may be concluded; `nil` where there is none.
    ///   - instant: when the look was taken.
    package mutating func conclude(
        _ plan: EventPlan, _ rules: Rules, _ policy: Policy, now: Timestamp, obstacle: String?,
        at instant: ContinuousClock.Instant
    ) -> Conclusion {
        guard let snapshot, let survey, second ?? snapshot == snapshot else {
            return nothing("orders changed during every look", rules)
        }
        if snapshot.orders.contains(where: { $0.needsAnswers(now: now, policy: policy) }) {
            known.needsAnswers = true
            return nothing("an accepted order may be abandoned", rules)
        }
        if let obstacle { return nothing(obstacle, rules) }
        switch plan.standing {
        case .sqlBehind:
            let isForGood = known.isBehindForGood(after: rules.releaseAfter, at: instant)
            return isForGood ? .behind : .again(.untilConfirmed)
        case .refused, .unclear: return nothing("\(plan.standing)", rules)
        case .agrees, .differs: break
        }
        let inventory = Dictionary(
            zip(snapshot.categories.map(\.id), survey.inventory), uniquingKeysWith: { first, _ in first })
        guard let evidence = HotEvidence(plan, inventory: inventory) else {
            return nothing("an inventory hash is lost or malformed while it changes", rules)
        }
        return plan.standing == .agrees ? .agrees : show(evidence, rules, instant)
    }

    /// Notes that the look has concluded nothing.
    package mutating func nothing(_ reason: String, _ rules: Rules) -> Conclusion {
        known.fail()
        return known.failedLooks < rules.attempts ? .again(.moment) : .left("never stood still: \(reason)")
    }

    /// Notes that a key had changed before the repair was written.
    package mutating func moved(_ key: String, _ rules: Rules) -> Conclusion {
        shown = []
        known.fail()
        return known.failedLooks < rules.attempts ? .again(.moment) : .left("\(key) changed before every repair")
    }

    private mutating func show(
        _ evidence: HotEvidence, _ rules: Rules, _ instant: ContinuousClock.Instant
    ) -> Conclusion {
        if shown.last?.evidence != evidence {
            shown = []
            known.fail()
        }
        shown.append(Shown(at: instant, evidence: evidence))
        guard known.failedLooks < rules.attempts else {
            return .left("never stood still, and no two looks showed the same")
        }
        guard shown.count >= rules.alike, let first = shown.first, instant - first.at >= rules.releaseAfter else {
            return .again(.moment)
        }
        return rules.mayWrite ? .write(evidence.shifts) : .found
    }
}
