/// One token judged: what it counts for, what is done to it, and why.
struct HoldJudgement {
    /// Seats that leave or join `pending` with this hold, by category; see `verdict` for which.
    var lines: [SeatLine] = []
    /// Seats that SQL counts as sold and Redis as pending, until the finalizer has run.
    var soldInFlight: [SeatLine] = []
    var change: HoldChange?
    var findings: [Finding] = []
    /// Why the event must be left alone.
    var refusal: String?
    let verdict: Verdict
    /// Why an order holds no seats any more whose hash has ended by itself: its seats may still be in `pending`.
    var leak: Cause?
}

extension HoldSurvey {
    /// Why a rebuild would leave the hold, and its event, alone; `nil` where it would not.
    ///
    /// - Parameter order: the token's, whatever its event.
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

    /// A token whose key is the index's own: whatever is done to that key is done to every hold of the platform.
    private func judgeIndexName(_ hold: HoldSurvey, _ order: Order?) -> HoldJudgement {
        var judgement = HoldJudgement(verdict: .ended)
        if let order {
            let reason = "order \(order.id): its hold_token is the name of the index"
            judgement.refusal = reason
            judgement.findings = [
                Finding(.malformed, event: event, hold: hold.token, detail: reason, outcome: .refused)
            ]
        } else if case .score(let score) = hold.score {
            judgement.change = HoldChange(token: hold.token, fence: hold.fence, hash: .keep, index: .remove)
            judgement.findings = [
                Finding(.orphanMember, event: event, hold: hold.token, before: .score(score), after: .absent)
            ]
        }
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

    private func standing(_ order: Order?) -> OrderStanding {
        OrderStanding(order, now: now, policy: policy)
    }

    private func leak(_ order: Order?) -> Cause? {
        switch standing(order) {
        case .reservedOver: .lostClaim
        case .abandoned: .abandonedCheckout
        case .none, .reserved, .accepted, .sold, .closed: nil
        }
    }

    /// A hold that is over, counted as if it were not.
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

    /// What makes this hold's seats unknowable; in doubt nothing of its event is written (design section 6.9).
    private func contradiction(_ hold: HoldSurvey, _ order: Order?, _ verdict: Verdict) -> String? {
        if policy.holds == .purge { return checkoutUnderPurge(hold, order) }
        if let order {
            if let fault = order.fault { return "order \(order.id): \(fault)" }
            if order.event != event, verdict != .ended {
                return "order \(order.id) of event \(order.event) carries a hold of this event"
            }
            let fromOrder = verdict == .rewrite || verdict == .activeWithoutHold || verdict == .inFlight
            if fromOrder && order.lines.isEmpty {
                return "order \(order.id) has neither order_items nor tickets, so its seats are unknown"
            }
        }
        switch hold.state {
        case .malformed(let reason) where verdict == .absent:
            return "holds:\(hold.token): \(reason), and SQL has no order that tells its seats"
        case .malformed(let reason) where verdict == .ended && order?.status == .pendingPayment:
            return "holds:\(hold.token): \(reason), and its order is past its expiry: it may have been extended"
        case .whole(let whole) where whole.status.isActive && whole.event != event:
            return
                "holds:\(hold.token): entries names event \(whole.event), its order names \(event?.description ?? "none")"
        case .absent, .zombie, .malformed, .foreign, .whole: return nil
        }
    }

    /// A buyer may have come to checkout since the run asked, before it began, whether any is there.
    private func checkoutUnderPurge(_ hold: HoldSurvey, _ order: Order?) -> String? {
        if policy.closesCheckouts { return nil }
        if let order, order.isAtCheckout(now: now, policy: policy) {
            return
                "order \(order.id) is \(order.status?.rawValue ?? ""): its buyer is at checkout (--force closes its hold)"
        }
        switch hold.state {
        case .whole(let whole) where whole.status.isActive && whole.status != .held:
            return "holds:\(hold.token) is \(whole.status.rawValue): its buyer is at checkout (--force closes it)"
        case .malformed(let reason):
            return
                "holds:\(hold.token): \(reason), so nothing tells whether its buyer is at checkout (--force deletes it)"
        case .absent, .zombie, .foreign, .whole: return nil
        }
    }

    /// The hash's own seats while it is active, for they are what the platform's release and finalize will move; and those
    /// that it has sold where no order tells them.
    private func seats(_ state: HoldState, _ order: Order?) -> [SeatLine] {
        if case .whole(let hold) = state, hold.status.isActive || order == nil {
            hold.lines
        } else {
            order?.lines ?? []
        }
    }

    private func explain(_ judgement: inout HoldJudgement, _ hold: HoldSurvey, _ order: Order?) {
        switch judgement.verdict {
        case .active, .extended:
            if judgement.verdict == .extended {
                note(&judgement, .extendedHold, hold, order)
            }
            keepMember(&judgement, hold)
        case .rewrite:
            rewrite(&judgement, hold, order)
        case .renew:
            renew(&judgement, hold, order)
        case .finalize:
            close(&judgement, hold, as: .finalized, cause: .lostFinalize, keptFor: policy.finalizedTTL)
        case .release(let status):
            close(&judgement, hold, as: status, cause: releaseCause(hold, order), keptFor: policy.releasedTTL)
        case .notActive, .activeWithoutHold:
            note(&judgement, .orderWithoutHold, hold, order)
            clearAway(&judgement, hold)
        case .absent, .ended:
            clearAway(&judgement, hold)
        case .inFlight, .sqlBehind:
            break
        }
    }

    private func releaseCause(_ hold: HoldSurvey, _ order: Order?) -> Cause {
        if policy.holds == .purge { return .purged }
        if standing(order) == .abandoned { return .abandonedCheckout }
        guard case .whole(let whole) = hold.state, whole.status != .held else {
            return order == nil || order?.status == .pendingPayment ? .expiredHold : .closedOrder
        }
        switch order?.status {
        case nil: return whole.status == .checkoutPending ? .lostClaim : .failedRollback
        case .failed: return .failedRollback
        default: return .closedOrder
        }
    }

    private func note(_ judgement: inout HoldJudgement, _ cause: Cause, _ hold: HoldSurvey, _ order: Order?) {
        for line in judgement.lines {
            judgement.findings.append(
                Finding(
                    cause, event: event, category: line.category, hold: hold.token, seats: line.quantity,
                    before: state(hold), after: state(hold),
                    detail: order.map { "order \($0.id) is \($0.status?.rawValue ?? "unknown")" }, outcome: .noted))
        }
    }

    private func rewrite(_ judgement: inout HoldJudgement, _ hold: HoldSurvey, _ order: Order?) {
        guard let order else { return }
        let written = RewrittenHold(
            order: order, now: now, policy: policy, keeping: hold.remains, score: hold.score)
        judgement.change = HoldChange(
            token: hold.token, fence: hold.fence, hash: .replace(written), index: .score(written.expiresAtEpoch))
        let after = FindingState.hold(status: written.status.rawValue, expiresAtEpoch: written.expiresAtEpoch)
        for line in order.lines {
            judgement.findings.append(
                Finding(
                    brokenHashCause(hold.state), event: event, category: line.category, hold: hold.token,
                    seats: line.quantity, before: state(hold), after: after, detail: detail(hold)))
        }
    }

    /// The finalizer's script works on a hash of any expiry, but not on one that is gone.
    private func renew(_ judgement: inout HoldJudgement, _ hold: HoldSurvey, _ order: Order?) {
        guard let order, case .whole(let whole) = hold.state else { return }
        let status = whole.status == .held ? HoldStatus.checkoutCommitted : whole.status
        let expiresAt = now.adding(seconds: policy.acceptedLife)
        let seconds = expiresAt.secondsRoundedUp
        judgement.change = HoldChange(
            token: hold.token, fence: hold.fence,
            hash: .renew(
                as: status, order: order.id, expiresAt: expiresAt, keyExpiresAtEpoch: seconds + policy.rewriteMargin),
            index: .score(seconds))
        judgement.findings.append(
            Finding(
                .waitingFinalizer, event: event, hold: hold.token, before: state(hold),
                after: .hold(status: status.rawValue, expiresAtEpoch: seconds),
                detail: whole.status == .held
                    ? "the cleaner would release it" : "its hash would end before the finalizer comes"))
    }

    /// An accepted checkout that waits longer than it should is for people to know, whatever is done for it.
    private func noteWaiting(_ judgement: inout HoldJudgement, _ hold: HoldSurvey, _ order: Order?) {
        guard policy.holds == .rebuild, let order, judgement.verdict.countsAsPending,
            order.times.waitsForFinalizer(now: now, policy: policy)
        else { return }
        judgement.findings.append(
            Finding(
                waiting: order, in: event, seats: judgement.lines, hash: state(hold), now: now, policy: policy))
    }

    private func close(
        _ judgement: inout HoldJudgement, _ hold: HoldSurvey, as status: HoldStatus, cause: Cause, keptFor: Int64
    ) {
        judgement.change = HoldChange(
            token: hold.token, fence: hold.fence,
            hash: .close(status: status, at: now, reason: cause, keptFor: keptFor), index: .remove)
        for line in judgement.lines {
            judgement.findings.append(
                Finding(
                    cause, event: event, category: line.category, hold: hold.token, seats: line.quantity,
                    before: state(hold), after: .hold(status: status.rawValue, expiresAtEpoch: nil)))
        }
    }

    /// Takes away what is left of a hold that counts for nothing: its member, and a hash that no script can use.
    private func clearAway(_ judgement: inout HoldJudgement, _ hold: HoldSurvey) {
        var edit = HashEdit.keep
        switch hold.state {
        case .zombie, .malformed:
            edit = .delete
            judgement.findings.append(
                Finding(
                    brokenHashCause(hold.state), event: event, hold: hold.token, before: state(hold), after: .absent,
                    detail: detail(hold)))
        case .foreign:
            judgement.findings.append(
                Finding(.foreignKey, event: event, hold: hold.token, detail: detail(hold), outcome: .noted))
        case .absent, .whole: break
        }
        var index = IndexEdit.keep
        if case .score(let score) = hold.score {
            index = .remove
            judgement.findings.append(
                Finding(
                    policy.holds == .purge ? .purged : .orphanMember, event: event, hold: hold.token,
                    before: .score(score), after: .absent))
        }
        guard edit != .keep || index != .keep else { return }
        judgement.change = HoldChange(token: hold.token, fence: hold.fence, hash: edit, index: index)
    }

    /// An active hold that can expire has a member whose score is its expiry. A claimed hold past its expiry may have
    /// lost it to the cleaner, which skips such holds: adding it again would only be undone.
    private func keepMember(_ judgement: inout HoldJudgement, _ hold: HoldSurvey) {
        guard case .whole(let whole) = hold.state else { return }
        var edit = HashEdit.keep
        if whole.mustBeDated {
            edit = .date(whole.expiresAtEpoch)
            judgement.findings.append(
                Finding(
                    .malformed, event: event, hold: hold.token, before: .text("expiresAtEpoch=\(epoch(hold))"),
                    after: state(hold),
                    detail: "holds:\(hold.token): expiresAtEpoch is no time of the next 30 days in seconds, "
                        + "or not that of expiresAt"))
        }
        var index = IndexEdit.keep
        if let (cause, before) = badMember(hold, whole) {
            index = .score(whole.expiresAtEpoch)
            judgement.findings.append(
                Finding(
                    cause, event: event, hold: hold.token, before: before,
                    after: .score(Array(String(whole.expiresAtEpoch).utf8))))
        }
        guard edit != .keep || index != .keep else { return }
        judgement.change = HoldChange(token: hold.token, fence: hold.fence, hash: edit, index: index)
    }

    private func badMember(_ hold: HoldSurvey, _ whole: Hold) -> (Cause, FindingState)? {
        switch hold.score {
        case .noMember: whole.status == .held || !whole.isExpired(at: now) ? (.missingMember, .absent) : nil
        case .score(let score): hold.score.seconds == whole.expiresAtEpoch ? nil : (.badScore, .score(score))
        }
    }

    /// `expiresAtEpoch` as the hash has it.
    private func epoch(_ hold: HoldSurvey) -> String {
        guard case .hash(_, let epoch?) = hold.fence else { return "?" }
        return printable(Array(epoch.prefix(40)))
    }

    private func brokenHashCause(_ state: HoldState) -> Cause {
        switch state {
        case .zombie: .zombieHold
        case .malformed, .foreign: .malformed
        case .absent, .whole: .lostHash
        }
    }

    private func detail(_ hold: HoldSurvey) -> String? {
        switch hold.state {
        case .malformed(let reason): "holds:\(hold.token): \(reason)"
        case .foreign(let kind): "holds:\(hold.token) is \(kind)"
        case .absent, .zombie, .whole: nil
        }
    }

    private func state(_ hold: HoldSurvey) -> FindingState {
        switch hold.state {
        case .absent: .absent
        case .zombie: .text("zombie")
        case .malformed: .text("malformed")
        case .foreign(let kind): .text(kind)
        case .whole(let whole):
            .hold(status: whole.status.rawValue, expiresAtEpoch: whole.status.isActive ? whole.expiresAtEpoch : nil)
        }
    }
}
