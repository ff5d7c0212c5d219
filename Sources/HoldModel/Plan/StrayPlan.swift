/// The plan of one token that no event of SQL accounts for.
package struct StrayPlan: Sendable {
    package let findings: [Finding]
    package let change: HoldChange?
    /// What the key is, where it is not a hold's. Many such keys are reported in one finding.
    package let foreign: String?

    /// - Parameters:
    ///   - hold: the token in Redis; SQL does not have any event that its hash may name.
    ///   - order: the token's order, whose event SQL does not have; `nil` where SQL has no order of this token.
    package init(_ hold: HoldSurvey, order: Order? = nil, policy: Policy, now: Timestamp) {
        let hold = hold.settled(at: now)
        if let order {
            foreign = nil
            findings = [
                Finding(
                    .malformed, event: order.event, hold: hold.token,
                    seats: order.lines.reduce(0) { $0 &+ $1.quantity },
                    detail: "order \(order.id) is of event \(order.event), which SQL does not have", outcome: .refused)
            ]
            change = nil
            return
        }
        foreign = if case .foreign(let kind) = hold.state, !KeySpace.isIndexName(hold.token) { kind } else { nil }
        let event: EventID? =
            if case .whole(let whole) = hold.state, !whole.event.bytes.isEmpty { whole.event } else { nil }
        let judge = HoldJudge(event: event, now: now, policy: policy)
        let isIndexName = KeySpace.isIndexName(hold.token)
        if !isIndexName, policy.holds == .rebuild, case .malformed(let reason) = hold.state, hold.score != .noMember {
            // The cleaner fails on this member at every run. The key itself stays, for people to look at.
            findings = [
                Finding(.orphanMember, event: nil, hold: hold.token, detail: "holds:\(hold.token): \(reason)"),
                Finding(.malformed, event: nil, hold: hold.token, detail: Self.advice(hold, reason), outcome: .refused),
            ]
            change = HoldChange(token: hold.token, fence: hold.fence, hash: .keep, index: .remove)
            return
        }
        if !isIndexName, case .malformed(let reason) = hold.state, policy.holds == .rebuild {
            findings = [
                Finding(.malformed, event: nil, hold: hold.token, detail: Self.advice(hold, reason), outcome: .refused)
            ]
            change = nil
            return
        }
        let judgement = judge.judge(hold, order: nil)
        if judgement.verdict.countsAsPending {
            findings = [
                Finding(
                    .malformed, event: event, hold: hold.token,
                    seats: judgement.lines.reduce(0) { $0 &+ $1.quantity },
                    detail: "holds:\(hold.token): entries names an event that SQL does not have", outcome: .refused)
            ]
            change = nil
            return
        }
        findings = judgement.findings.filter { $0.cause != .foreignKey }
        change = judgement.change
    }

    private static func advice(_ hold: HoldSurvey, _ reason: String) -> String {
        "holds:\(hold.token): \(reason); no order tells what it was: look at it, then DEL it"
    }
}
