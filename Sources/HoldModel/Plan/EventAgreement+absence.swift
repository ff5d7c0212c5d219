extension EventAgreement {
    /// Whether Redis has no key of an event, and its rows alone say what to write.
    ///
    /// If an index member must go, or get another score, a plan does it: the cleaner must not find that member beside the
    /// new hash.
    ///
    /// - Parameter survey: it has the categories and orders of the rows, in their order.
    package func isOfNothing(_ survey: EventSurvey, _ event: Int, of table: SnapshotTable) -> Bool {
        !survey.inventory.isEmpty && survey.inventory.allSatisfy { $0 == .absent }
            && zip(table.events[event].orders, survey.holds).allSatisfy { order, hold in
                hold.state == .absent && isUnwritten(order, of: table, hold.score)
            }
    }

    /// Whether a hold without a hash has either no index member, or the one that it is to have.
    private func isUnwritten(_ order: Int, of table: SnapshotTable, _ score: IndexScore) -> Bool {
        switch standing(order, table).map({ VerdictTable.ruling($0, .unusable) }) {
        case .ended: score == .noMember
        case .rewrite:
            score == .noMember
                || score.seconds
                    == RewrittenTerms(table.orders[order].times, now: now, policy: policy).expiresAtEpoch
        default: false
        }
    }
}
