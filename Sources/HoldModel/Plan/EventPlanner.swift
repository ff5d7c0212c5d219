extension EventPlan {
    /// Plans one event: a pure function of what SQL says, what Redis says, the policy and Redis' clock.
    package init(snapshot: EventSnapshot, survey: EventSurvey, policy: Policy, now: Timestamp) {
        if let undoing = policy.undoing {
            self = Self.undo(undoing.state(snapshot.event), snapshot, survey, policy, now)
            return
        }
        var planner = EventPlanner(snapshot: snapshot, survey: survey, policy: policy, now: now)
        self = planner.plan()
    }
}

extension EventPlan {
    /// Plans the way back to an earlier state.
    ///
    /// - Parameter earlier: `nil` where nothing of the event was changed.
    private static func undo(
        _ earlier: Result<EarlierState, EarlierStates.UnreadableState>?, _ snapshot: EventSnapshot,
        _ survey: EventSurvey,
        _ policy: Policy, _ now: Timestamp
    ) -> EventPlan {
        switch earlier {
        case nil: return EventPlan(event: snapshot.event, standing: .agrees, findings: [], holds: [], counts: [])
        case .failure(let failure):
            let finding = Finding(
                .undone, event: snapshot.event, detail: "the journal cannot be read any more: \(failure.reason)",
                outcome: .refused)
            return EventPlan(
                event: snapshot.event, standing: .refused(failure.reason), findings: [finding], holds: [], counts: [])
        case .success(let earlier):
            var planner = UndoPlanner(
                snapshot: snapshot, survey: survey, earlier: earlier, policy: policy, now: now)
            return planner.plan()
        }
    }
}

/// Judges every hold of an event, sums the seats, compares the counts.
private struct EventPlanner {
    let snapshot: EventSnapshot
    let survey: EventSurvey
    let policy: Policy
    let now: Timestamp

    private var findings: [Finding] = []
    private var holds: [HoldChange] = []
    private var refusal: String?
    private var behind: String?
    private var doubt: String?
    private var moves: SeatMoves

    init(snapshot: EventSnapshot, survey: EventSurvey, policy: Policy, now: Timestamp) {
        self.snapshot = snapshot
        self.survey = survey
        self.policy = policy
        self.now = now
        moves = SeatMoves(categories: snapshot.categories)
    }

    mutating func plan() -> EventPlan {
        var orders = OrderLookup(snapshot.orders)
        let judge = HoldJudge(event: snapshot.event, now: now, policy: policy)
        noteOrdersWithoutToken()
        for hold in survey.holds {
            take(judge.judge(hold, order: orders.order(of: hold.token)), of: hold.token)
        }
        if let fault = snapshot.fault { refuse(fault, category: nil) }
        for category in snapshot.categories {
            guard let fault = category.fault else { continue }
            refuse("ticket_categories row \(category.id): \(fault)", category: category.id)
        }
        if let fault = moves.fault { refuse(fault, category: nil) }
        guard refusal == nil else { return finished(counts: []) }

        let comparison = CountsComparison(
            snapshot: snapshot, inventory: survey.inventory, moves: moves, tightensOnly: policy.tightensOnly, now: now)
        findings += comparison.findings
        for (category, reason) in comparison.refusals { refuse(reason, category: category) }
        if let reason = comparison.doubt { doubt = doubt ?? reason }
        if policy.tightensOnly, survey.inventory.contains(.absent) { leaveHoldsUnwritten() }
        return finished(counts: comparison.changes)
    }

    private mutating func take(_ judgement: HoldJudgement, of token: HoldToken) {
        findings += judgement.findings
        if let reason = judgement.refusal {
            refusal = refusal ?? reason
            return
        }
        if judgement.verdict == .sqlBehind {
            let reason = "holds:\(token) is finalized, and SQL does not show its sale: SQL is older, or was set back"
            behind = behind ?? reason
            findings.append(
                Finding(
                    .sqlBehind, event: snapshot.event, hold: token,
                    seats: judgement.lines.reduce(0) { $0 &+ $1.quantity }, detail: reason))
        }
        if let change = judgement.change { holds.append(change) }
        moves.take(judgement, token: token)
    }

    /// Notes open orders without a token: Redis cannot serve them, so people must look. The seats of an accepted one
    /// stay off sale like those of any other (design section 3).
    private mutating func noteOrdersWithoutToken() {
        for order in snapshot.orders where order.token.bytes.isEmpty {
            if OrderStanding(order, now: now, policy: policy) == .accepted {
                let fault =
                    order.fault ?? (order.lines.isEmpty ? "neither order_items nor tickets tell its seats" : nil)
                if let fault { refuse("order \(order.id): \(fault)", category: nil) }
                moves.takeAccepted(order)
            }
            findings.append(
                Finding(
                    .orderWithoutHold, event: snapshot.event,
                    seats: order.lines.reduce(0) { $0 &+ $1.quantity },
                    detail: "order \(order.id) has no hold_token", outcome: .noted))
        }
    }

    private mutating func refuse(_ reason: String, category: CategoryID?) {
        refusal = refusal ?? reason
        findings.append(
            Finding(.malformed, event: snapshot.event, category: category, detail: reason, outcome: .refused))
    }

    /// Leaves holds unwritten while an inventory waits for its second look. The cleaner would release them into a hash
    /// that is not there; until then nothing is on sale.
    private mutating func leaveHoldsUnwritten() {
        let left = Set(
            holds.lazy.filter { change in
                if case .replace = change.hash { true } else { false }
            }.map(\.token))
        holds.removeAll { left.contains($0.token) }
        findings.removeAll { finding in
            finding.outcome == .found && (finding.hold.map(left.contains) ?? false)
        }
    }

    /// Returns the categories that SQL does not have in this event, although holds or orders that are not over name
    /// them: each once, with the first by name of those holds and orders.
    private func missing() -> [MissingCategory] {
        let known = Set(snapshot.categories.map(\.id))
        var owners: [CategoryID: String] = [:]
        func add(_ lines: [SeatLine], of owner: String) {
            for line in lines where !known.contains(line.category) {
                owners[line.category] = min(owners[line.category] ?? owner, owner)
            }
        }
        var orders = OrderLookup(snapshot.orders)
        let judge = HoldJudge(event: snapshot.event, now: now, policy: policy)
        for hold in survey.holds {
            let order = orders.order(of: hold.token)
            let judgement = judge.judge(hold, order: order)
            let isBehind = judgement.verdict == .sqlBehind
            guard judgement.verdict.countsAsPending || judgement.refusal != nil || isBehind else { continue }
            if case .whole(let whole) = hold.state, whole.status.isActive || isBehind {
                add(whole.lines, of: "holds:\(hold.token)")
            }
            if let order { add(order.lines, of: "order \(order.id)") }
        }
        for order in snapshot.orders
        where order.token.bytes.isEmpty
            && OrderStanding(order, now: now, policy: policy) == .accepted
        {
            add(order.lines, of: "order \(order.id)")
        }
        return owners.sorted { $0.key < $1.key }.map { MissingCategory(category: $0.key, owner: $0.value) }
    }

    private func finished(counts: [CountChange]) -> EventPlan {
        if let refusal {
            return EventPlan(leftAlone: snapshot.event, .refused(refusal), findings, .refused, missing: missing())
        }
        if let behind {
            // SQL that is behind explains whatever else differs.
            let told = findings.filter { $0.cause == .sqlBehind || $0.outcome == .noted }
            return EventPlan(leftAlone: snapshot.event, .sqlBehind(behind), told, .found, missing: missing())
        }
        if let doubt { return EventPlan(leftAlone: snapshot.event, .unclear(doubt), findings, .deferred) }
        return EventPlan(
            event: snapshot.event, standing: holds.isEmpty && counts.isEmpty ? .agrees : .differs,
            findings: findings, holds: holds, counts: counts)
    }
}

extension EventPlan {
    /// Makes a plan that writes nothing. The findings that it would have repaired get its outcome.
    fileprivate init(
        leftAlone event: EventID, _ standing: Standing, _ findings: [Finding], _ outcome: FindingOutcome,
        missing: [MissingCategory] = []
    ) {
        self.init(
            event: event, standing: standing,
            findings: findings.map { finding in
                var finding = finding
                if finding.outcome == .found { finding.outcome = outcome }
                return finding
            },
            holds: [], counts: [], missing: missing)
    }
}
