/// Sets right the index member of an active hold, and an `expiresAtEpoch` that cannot be used.
extension HoldJudge {
    /// Sees that an active hold has an index member whose score is its expiry. The cleaner drops the member of a
    /// claimed hold past its expiry, and would drop it again: such a hold gets none.
    func keepMember(_ judgement: inout HoldJudgement, _ hold: HoldSurvey) {
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

    func badMember(_ hold: HoldSurvey, _ whole: Hold) -> (Cause, FindingState)? {
        switch hold.score {
        case .noMember: whole.status == .held || !whole.isExpired(at: now) ? (.missingMember, .absent) : nil
        case .score(let score): hold.score.seconds == whole.expiresAtEpoch ? nil : (.badScore, .score(score))
        }
    }

    /// Returns `expiresAtEpoch` as the hash has it.
    func epoch(_ hold: HoldSurvey) -> String {
        guard case .hash(_, let epoch?) = hold.fence else { return "?" }
        return printable(Array(epoch.prefix(40)))
    }
}
