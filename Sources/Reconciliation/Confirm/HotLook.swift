package import HoldModel
package import RedisStore

/// The looks at one event that never stands still: what the next one asks for, and what follows from what it shows (design
/// section 4, step 6).
///
/// A hold that is acquired between the index scan and the instant of the survey would make `pending` look too high. New holds
/// enter the index in its tail (`HoldStore.watermark`), so the tail is read at the same instant; a survey whose tail has a token
/// that is not known yet is taken again.
///
/// A value like ``StableLook``, and driven like it: by ``HotLooker``, and by the explorer of the tests.
package struct HotLook: Sendable, Hashable {
    /// What one look is made of.
    package enum Stage: Sendable, Hashable {
        /// Where the tail of the index begins.
        case watermark
        case index
        case keyspace
        /// Which of the holds are over and stay so.
        case ended
        case snapshot
        /// All holds, the counts and the tail of the index at one instant.
        case survey
        /// A second snapshot, which must be as the first.
        case agreement
    }

    /// What a run asks of its looks.
    package struct Rules: Sendable, Hashable {
        package var stages: [Stage] = [.watermark, .index, .keyspace, .ended, .snapshot, .survey, .agreement]
        /// Looks that must show the same.
        package var alike = 3
        /// How far the first of them and the last must lie apart.
        package var releaseAfter: Duration = .seconds(2)
        /// Looks that may conclude nothing.
        package var attempts = 18
        /// Surveys of one look, each of which takes about as long as two round trips.
        package var surveys = 40
        /// Keys that may be read at one instant: some five milliseconds of Redis' time.
        package var greatest = 1000
        /// Whether findings are to be written.
        package var mayWrite = true

        package init() {}
    }

    /// What a survey comes to.
    package enum Surveyed: Sendable, Hashable {
        /// All that the tail names was known.
        case whole
        /// It names holds that must be read as well.
        case again
        /// The look concludes nothing.
        case nothing(String)
    }

    /// What a look comes to.
    package enum Conclusion: Sendable, Hashable {
        case agrees
        /// Redis has sold what SQL does not know, and not for moments.
        case behind
        /// Another look is needed.
        case again(StableLook.Pause)
        /// The event is left as it is.
        case left(String)
        /// What differs is a finding, and nothing may be written.
        case found
        /// The plan's holds are to be written, and the counts to be shifted.
        case write([CountShift])
    }

    private struct Shown: Sendable, Hashable {
        let at: ContinuousClock.Instant
        let evidence: HotEvidence
    }

    /// What the stable looks before knew, and what these add to it.
    package var known: StableLook
    package private(set) var snapshot: EventSnapshot?
    private var second: EventSnapshot?
    private var survey: EventSurvey?
    /// Surveys of this look.
    private var surveys = 0
    /// Looks that showed the same difference, in order.
    private var shown: [Shown] = []

    package init(_ known: StableLook) {
        self.known = known
    }

    /// Begins a look with the holds that are not over, and with what SQL says of the event.
    package mutating func begin(_ snapshot: EventSnapshot) {
        self.snapshot = snapshot
        (second, survey, surveys) = (nil, nil, 0)
    }

    /// The holds whose end is not for good: the hashes of released ones are kept for minutes, and on an event that sells there
    /// are more of them than one instant can read. An order that names one brings it back.
    package static func unended(_ holds: [HoldSurvey]) -> [HoldToken] {
        holds.filter { hold in
            guard case .whole(let whole) = hold.state, hold.score == .noMember else { return true }
            return whole.status.isActive
        }.map(\.token)
    }

    /// What is to be asked of Redis at one instant.
    package var request: SurveyRequest {
        SurveyRequest(
            beside: snapshot ?? EventSnapshot(event: known.event, categories: [], orders: []), tokens: known.tokens)
    }

    /// Takes a survey, and the event's holds that its tail has shown for the first time; `nil` where the tail was too long.
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

    /// What follows from what was read, before anything is concluded; `nil` where nothing can.
    package func plan(_ policy: Policy, now: Timestamp) -> EventPlan? {
        guard let snapshot, let survey else { return nil }
        return EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: now)
    }

    /// What follows from a look that is whole.
    ///
    /// - Parameters:
    ///   - plan: see ``plan(_:now:)``.
    ///   - obstacle: why nothing may be concluded, beside what the look itself shows.
    ///   - instant: when it was taken.
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

    /// Notes that a repair did not fit any more.
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
