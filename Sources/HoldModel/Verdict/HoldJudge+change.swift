/// What is done to a hold, by its verdict, and the findings that say so.
extension HoldJudge {
    func explain(_ judgement: inout HoldJudgement, _ hold: HoldSurvey, _ order: Order?) {
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
            close(
                &judgement, hold, as: .finalized, cause: .lostFinalize, since: overSince(hold, order),
                keptFor: policy.finalizedTTL)
        case .release(let status):
            close(
                &judgement, hold, as: status, cause: releaseCause(hold, order), since: overSince(hold, order),
                keptFor: policy.releasedTTL)
        case .notActive, .activeWithoutHold:
            note(&judgement, .orderWithoutHold, hold, order)
            clearAway(&judgement, hold)
        case .absent, .ended:
            clearAway(&judgement, hold)
        case .inFlight, .sqlBehind:
            break
        }
    }

    func releaseCause(_ hold: HoldSurvey, _ order: Order?) -> Cause {
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

    /// Since when a hold is over, by its order or by its own expiry; `nil` where neither says it.
    func overSince(_ hold: HoldSurvey, _ order: Order?) -> Timestamp? {
        let since: Timestamp? =
            switch standing(order) {
            case .sold: order?.soldAt
            case .closed: order?.updatedAt
            case .abandoned: [order?.createdAt, order?.paidAt].compactMap(\.self).max()
            case .none, .reserved, .reservedOver, .accepted:
                if case .whole(let whole) = hold.state { Timestamp(seconds: whole.end) } else { nil }
            }
        return since.flatMap { $0 <= now ? $0 : nil }
    }

    func note(_ judgement: inout HoldJudgement, _ cause: Cause, _ hold: HoldSurvey, _ order: Order?) {
        for line in judgement.lines {
            judgement.findings.append(
                Finding(
                    cause, event: event, category: line.category, hold: hold.token, seats: line.quantity,
                    before: state(hold), after: state(hold),
                    detail: order.map { "order \($0.id) is \($0.status?.rawValue ?? "unknown")" }, outcome: .noted))
        }
    }

    func rewrite(_ judgement: inout HoldJudgement, _ hold: HoldSurvey, _ order: Order?) {
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

    /// Gives the hash of an accepted order a later expiry: the finalizer's script works on a hash of any expiry, but
    /// not on one that is gone.
    func renew(_ judgement: inout HoldJudgement, _ hold: HoldSurvey, _ order: Order?) {
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

    /// Notes an accepted checkout that waits longer than it should: people must know, whatever else is done for it.
    func noteWaiting(_ judgement: inout HoldJudgement, _ hold: HoldSurvey, _ order: Order?) {
        guard policy.holds == .rebuild, let order, judgement.verdict.countsAsPending,
            order.times.waitsForFinalizer(now: now, policy: policy)
        else { return }
        judgement.findings.append(
            Finding(
                waiting: order, in: event, seats: judgement.lines, hash: state(hold), now: now, policy: policy))
    }

    func close(
        _ judgement: inout HoldJudgement, _ hold: HoldSurvey, as status: HoldStatus, cause: Cause, since: Timestamp?,
        keptFor: Int64
    ) {
        judgement.change = HoldChange(
            token: hold.token, fence: hold.fence,
            hash: .close(status: status, at: now, reason: cause, keptFor: keptFor), index: .remove)
        for line in judgement.lines {
            judgement.findings.append(
                Finding(
                    cause, event: event, category: line.category, hold: hold.token, seats: line.quantity,
                    before: state(hold), after: .hold(status: status.rawValue, expiresAtEpoch: nil), since: since))
        }
    }

    /// Removes the index member of a hold that counts for nothing, and its hash where no script can use it.
    func clearAway(_ judgement: inout HoldJudgement, _ hold: HoldSurvey) {
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
}
