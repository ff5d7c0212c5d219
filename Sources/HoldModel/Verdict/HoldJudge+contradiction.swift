/// Finds what makes it impossible to know a hold's seats, so that its event is left alone.
extension HoldJudge {
    /// Judges a token whose key would be the index itself. Nothing is done to that key: it would be done to every hold.
    func judgeIndexName(_ hold: HoldSurvey, _ order: Order?) -> HoldJudgement {
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

    /// Returns why this hold's seats cannot be known; then nothing of its event is written (design section 6.9).
    func contradiction(_ hold: HoldSurvey, _ order: Order?, _ verdict: Verdict) -> String? {
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

    /// Returns why a purge must spare this hold: its buyer may have come to checkout after the run had asked, before it
    /// began, whether anybody was there.
    func checkoutUnderPurge(_ hold: HoldSurvey, _ order: Order?) -> String? {
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
}
