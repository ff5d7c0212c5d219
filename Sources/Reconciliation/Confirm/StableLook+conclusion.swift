package import HoldModel
import RedisStore

/// Concludes from one look after another.
extension StableLook {
    /// Concludes from a look that is whole.
    ///
    /// - Parameters:
    ///   - latest: its snapshot and its survey.
    ///   - policy: the policy, with the evidence that was read before them.
    ///   - instant: when the look was taken.
    /// - Returns: the look, as of the instant by which it is judged, and the conclusion.
    package mutating func conclude(
        _ latest: EventLook, _ rules: Rules, _ policy: Policy, at instant: ContinuousClock.Instant
    ) -> (look: EventLook, Conclusion) {
        guard stoodStill(latest) else {
            fail()
            return (latest, .again(.moment))
        }
        let look = proof.map { latest.judged(asOf: $0.now, by: policy) } ?? latest
        if look.needsAnswers(policy) {
            needsAnswers = true
            return (look, .again(.none))
        }
        switch look.plan.standing {
        case .agrees: return (look, .agrees)
        case .refused: return (look, .refused)
        case .sqlBehind:
            let isForGood = isBehindForGood(after: rules.isLive ? rules.releaseAfter : .zero, at: instant)
            return (look, isForGood ? .refused : .again(.untilConfirmed))
        case .unclear:
            fail()
            return (look, failedLooks >= rules.attempts ? .deferred : .again(.moment))
        case .differs where !rules.isLive && rules.mayWrite && look.opensCategory && !hasWaitedForOthers:
            hasWaitedForOthers = true
            return (look, .again(.none))
        case .differs: return (look, rules.mayWrite ? write(look, rules, policy, instant) : find(look, rules))
        }
    }

    /// Whether the event stood still: the counts at the end of the look are those at its beginning.
    package func stoodStill(_ latest: EventLook) -> Bool {
        counts.map { $0 == latest.survey.inventory } ?? true
    }

    /// Notes that a look has concluded nothing.
    package mutating func fail() {
        failedLooks += 1
    }

    /// Whether SQL is behind for longer than a moment. A snapshot may be a moment older than Redis; looks that are
    /// further apart, and both show it, are no such moment.
    package mutating func isBehindForGood(after time: Duration, at instant: ContinuousClock.Instant) -> Bool {
        defer { behindSince = behindSince ?? instant }
        return behindSince.map { instant - $0 >= time } ?? false
    }

    /// Concludes in a run that only looks. A leak may be a hold that the index does not know, so it takes a walk of all
    /// keys.
    private mutating func find(_ look: EventLook, _ rules: Rules) -> Conclusion {
        guard rules.isLive, keyspace == nil, release(look, rules) != nil else { return .found }
        needsKeyspace = true
        return .again(.none)
    }

    /// Concludes in a run that writes. Putting seats on sale takes two looks that show the same, the second with all
    /// keys walked.
    private mutating func write(
        _ look: EventLook, _ rules: Rules, _ policy: Policy, _ instant: ContinuousClock.Instant
    ) -> Conclusion {
        if isProved(look, rules, instant) { return .write }
        // If this look did not confirm the first one, that one has concluded nothing.
        if proof != nil { fail() }
        let first = look.judged(asOf: look.now, by: policy)
        proof = release(first, rules).map { FirstProof(first, $0, at: instant) }
        needsKeyspace = true
        return .tighten(look.tightened(by: policy))
    }

    private func isProved(_ look: EventLook, _ rules: Rules, _ instant: ContinuousClock.Instant) -> Bool {
        guard let shown = release(look, rules) else { return true }
        guard rules.isLive else { return keyspace != nil || walked != nil }
        guard keyspace != nil else { return false }
        guard let first = proof else { return rules.releaseAfter == .zero }
        return instant - first.at >= rules.releaseAfter && first.shown.isConfirmed(by: shown)
            && first.isOfSameHashes(as: look)
    }

    private func release(_ look: EventLook, _ rules: Rules) -> ReleaseProof? {
        ReleaseProof(look.plan, countingUnexplained: rules.provesUnexplained)
    }
}

extension EventLook {
    /// Whether a category is written that Redis does not have. It may have moved here from another event, whose holds name
    /// it. With traffic live the two looks, some time apart, find that out.
    fileprivate var opensCategory: Bool {
        zip(request.categories, survey.inventory).contains { category, state in
            if case .hash = state { return false }
            return plan.counts.contains { $0.category == category }
        }
    }
}
