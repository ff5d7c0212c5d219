import HoldModel
import RedisStore
import TestOutcomes

extension Look {
    /// What follows from a look, once it is whole.
    mutating func conclude(_ inventory: [InventoryState]) -> String {
        let survey = EventSurvey(inventory: inventory, holds: holds)
        at = 0
        looks += 1
        holds = []
        unread = []
        guard before == inventory else {
            return ", the counts moved" + lookAgain()
        }
        var policy = Policy()
        policy.abandonedAfter = rules.abandonedAfter
        policy.checkouts = evidence
        let judgedAt = proof?.now ?? now
        let plan = plan(survey, policy, asOf: judgedAt)
        switch plan.standing {
        case .agrees:
            outcome = "agrees"
            return ": agrees"
        case .refused(let reason):
            outcome = "refused"
            return ": refused, \(reason)"
        case .sqlBehind(let reason):
            if isBehind { outcome = "SQL is behind" } else { isBehind = true }
            return ": SQL is behind, \(reason)" + (outcome == nil ? lookAgain() : "")
        case .unclear(let reason): return ": unclear, \(reason)" + lookAgain()
        case .differs: break
        }
        let shown = rules.provesUnexplained ? ReleaseProof(plan) : ReleaseProof(plan.withoutUnexplainedSeats)
        if let shown, rules.proofs > 1, proof.map({ $0.shown.isConfirmed(by: shown) }) != true {
            proof = ReleaseProof(self.plan(survey, policy, asOf: now)).map { FirstProof(now: now, shown: $0) }
            needsKeyspace = true
            policy.tightensOnly = true
            prepare(self.plan(survey, policy, asOf: judgedAt), isWhole: false)
            return ": differs, a proof is wanted" + (parts.isEmpty ? lookAgain() : "")
        }
        prepare(plan, isWhole: true)
        return ": differs"
    }

    private func plan(_ survey: EventSurvey, _ policy: Policy, asOf now: Timestamp) -> EventPlan {
        var (snapshot, survey) = (snapshot, survey)
        switch rules.judgement {
        case .right: break
        case .inFlightIsSold:
            let sold = snapshot.orders.filter { $0.status == .confirmed }.map(\.token)
            survey = EventSurvey(
                inventory: survey.inventory, holds: survey.holds.filter { !sold.contains($0.token) })
        case .redisOnlyIsNothing:
            let ordered = snapshot.orders.map(\.token)
            survey = EventSurvey(
                inventory: survey.inventory, holds: survey.holds.filter { ordered.contains($0.token) })
        case .acceptedExpires:
            snapshot = EventSnapshot(
                event: snapshot.event, categories: snapshot.categories,
                orders: snapshot.orders.map { $0.expiring(after: policy.holdTTL) })
        case .finalizedIsNothing:
            let sold = snapshot.orders.filter { $0.status == .confirmed }.map(\.token)
            survey = EventSurvey(
                inventory: survey.inventory,
                holds: survey.holds.map { sold.contains($0.token) ? $0 : $0.withoutFinalizedHash })
        }
        return EventPlan(snapshot: snapshot, survey: survey, policy: policy, now: now)
    }

    mutating func lookAgain() -> String {
        guard looks < rules.looks else {
            outcome = "deferred"
            return ", left"
        }
        return ", again"
    }

    private mutating func prepare(_ plan: EventPlan, isWhole: Bool) {
        self.isWhole = isWhole
        guard plan.standing == .differs else { return }
        guard let slice = rules.slice, plan.holds.count + plan.counts.count > slice else {
            parts = [Part(holds: plan.holds, counts: plan.counts)]
            return
        }
        var slices = PlanSlices(plan)
        while let part = slices.next(slice) { parts.append(Part(holds: part.holds, counts: part.counts)) }
        if rules.countsBeforeHolds { parts = parts.filter(\.holds.isEmpty) + parts.filter { !$0.holds.isEmpty } }
    }

    mutating func apply(_ bench: Bench) async throws -> String {
        let part = parts.removeFirst()
        let plan = EventPlan(
            event: Bench.event, standing: .differs, findings: [], holds: part.holds, counts: part.counts)
        let what = "apply of \(part.holds.count) holds, \(part.counts.count) counts"
        do {
            if case .moved(let key)? = try await bench.repairs.apply([plan]).first {
                parts = []
                return what + ": moved, \(String(decoding: key, as: UTF8.self))" + lookAgain()
            }
        } catch let loss as LeaseLoss {
            parts = []
            outcome = "lost the lease"
            return what + ": \(loss)"
        }
        if parts.isEmpty {
            if isWhole { outcome = "applied" } else { return what + lookAgain() }
        }
        return what
    }
}

extension Order {
    /// As if an accepted order were a reservation.
    fileprivate func expiring(after life: Int64) -> Order {
        guard status == .pendingPayment, expiresAt == nil else { return self }
        return Order(
            id: id, token: token, event: event, status: status, expiresAt: createdAt?.adding(seconds: life),
            createdAt: createdAt, paidAt: paidAt, lines: lines)
    }
}

extension HoldSurvey {
    /// As if there were no hash, where that is finalized.
    fileprivate var withoutFinalizedHash: HoldSurvey {
        guard case .whole(let hold) = state, hold.status == .finalized else { return self }
        return HoldSurvey(token: token, state: .absent, fence: fence, score: score)
    }
}

extension EventPlan {
    /// As if what leaves `pending` were of no account where no seat goes on sale.
    fileprivate var withoutUnexplainedSeats: EventPlan {
        EventPlan(
            event: event, standing: standing, findings: findings, holds: holds,
            counts: counts.map { change in
                CountChange(
                    category: change.category, fence: change.fence, counts: change.counts, version: change.version,
                    raise: change.raise)
            })
    }
}
