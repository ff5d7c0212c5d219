/// The judgement of one token: what it counts for, what is done to it, and why.
struct HoldJudgement {
    /// The hold's seats by category; ``verdict`` says whether they join or leave `pending`.
    var lines: [SeatLine] = []
    /// Seats that SQL counts as sold and Redis as pending, until the finalizer has run.
    var soldInFlight: [SeatLine] = []
    var change: HoldChange?
    var findings: [Finding] = []
    /// Why the event must be left alone.
    var refusal: String?
    let verdict: Verdict
    /// Why the order holds no seats any more, where its hash has ended by itself: its seats may still be in `pending`.
    var leak: Cause?
}

extension HoldSurvey {
    /// Why a rebuild would leave the hold, and its event, alone; `nil` where it would not.
    ///
    /// - Parameter order: the order of the token, of whatever event.
    package func refusal(order: Order?, policy: Policy, now: Timestamp) -> String? {
        let event: EventID? =
            if let order { order.event } else if case .whole(let hold) = state { hold.event } else { nil }
        return HoldJudge(event: event, now: now, policy: policy).judge(self, order: order).refusal
    }
}

/// Judges the tokens of one event.
struct HoldJudge {
    /// `nil` for a token that no event accounts for.
    let event: EventID?
    let now: Timestamp
    let policy: Policy

    func judge(_ hold: HoldSurvey, order: Order?) -> HoldJudgement {
        if KeySpace.isIndexName(hold.token) { return judgeIndexName(hold, order) }
        let hold = hold.settled(at: now)
        var judgement = HoldJudgement(verdict: verdict(hold, order))
        if let reason = contradiction(hold, order, judgement.verdict) {
            judgement.refusal = reason
            judgement.findings = [
                Finding(.malformed, event: event, hold: hold.token, detail: reason, outcome: .refused)
            ]
            return judgement
        }
        judgement.lines = seats(hold.state, order)
        if judgement.verdict == .inFlight || judgement.verdict == .finalize {
            judgement.soldInFlight = order?.lines ?? []
        }
        if policy.tightensOnly, let left = leftAsItIs(judgement) { return left }
        if judgement.verdict == .ended && hold.state == .absent { judgement.leak = leak(order) }
        explain(&judgement, hold, order)
        noteWaiting(&judgement, hold, order)
        return judgement
    }

    private func verdict(_ hold: HoldSurvey, _ order: Order?) -> Verdict {
        guard policy.holds == .purge else {
            return Verdict(order: order, state: hold.state, now: now, policy: policy)
        }
        guard case .whole(let whole) = hold.state else { return .absent }
        if VerdictTable.ruling(standing(order), HashStanding(hold.state, now: now)) == .sqlBehind { return .sqlBehind }
        return whole.status.isActive ? .release(.cancelled) : .ended
    }

    func standing(_ order: Order?) -> OrderStanding {
        OrderStanding(order, now: now, policy: policy)
    }

    private func leak(_ order: Order?) -> Cause? {
        switch standing(order) {
        case .reservedOver: .lostClaim
        case .abandoned: .abandonedCheckout
        case .none, .reserved, .accepted, .sold, .closed: nil
        }
    }

    /// Returns the judgement of a run that only tightens: a hold to be released stays active, one to be finalized in
    /// flight.
    private func leftAsItIs(_ judgement: HoldJudgement) -> HoldJudgement? {
        let verdict: Verdict
        switch judgement.verdict {
        case .release: verdict = .active
        case .finalize: verdict = .inFlight
        default: return nil
        }
        var left = HoldJudgement(verdict: verdict)
        left.lines = judgement.lines
        left.soldInFlight = judgement.soldInFlight
        return left
    }

    /// Returns the seats of a hold. Those of its hash count while that is active, because the platform's release and
    /// finalize will move those; and where it is finalized and no order says what was sold.
    func seats(_ state: HoldState, _ order: Order?) -> [SeatLine] {
        if case .whole(let hold) = state, hold.status.isActive || order == nil {
            hold.lines
        } else {
            order?.lines ?? []
        }
    }
}
