import HoldModel
import Reconciliation
import RedisStore
import TestOutcomes

extension Look {
    /// What follows from a look, once it is whole.
    mutating func conclude(_ inventory: [InventoryState]) -> String {
        var policy = Policy()
        policy.abandonedAfter = rules.abandonedAfter
        policy.checkouts = evidence
        let (shown, survey) = misjudged(EventSurvey(inventory: inventory, holds: holds), policy)
        let latest = EventLook(shown, request, survey, policy, now: now)
        let instant = instant
        (at, looks) = (0, looks + 1)
        (holds, unread) = ([], [])
        guard look.stoodStill(latest) else {
            look.fail()
            return ", the counts moved" + lookAgain()
        }
        let (judged, conclusion) = look.conclude(latest, rules.looking, policy, at: instant)
        let standing = ": \(judged.plan.standing)"
        switch conclusion {
        case .agrees: outcome = "agrees"
        case .refused: outcome = look.behindSince == nil ? "refused" : "SQL is behind"
        case .deferred: outcome = "deferred"
        case .again: return standing + lookAgain()
        case .found: outcome = "found"
        case .write: prepare(judged.plan, isWhole: true)
        case .tighten(let part):
            prepare(part, isWhole: false)
            return standing + ", another look is wanted" + (parts.isEmpty ? lookAgain() : "")
        }
        return standing
    }

    /// What a mutation takes the answers of both servers for.
    private func misjudged(_ survey: EventSurvey, _ policy: Policy) -> (EventSnapshot, EventSurvey) {
        let sold = snapshot.orders.filter { $0.status == .confirmed }.map(\.token)
        switch rules.judgement {
        case .right: return (snapshot, survey)
        case .inFlightIsSold:
            return (snapshot, survey.with(survey.holds.filter { !sold.contains($0.token) }))
        case .redisOnlyIsNothing:
            let ordered = snapshot.orders.map(\.token)
            return (snapshot, survey.with(survey.holds.filter { ordered.contains($0.token) }))
        case .acceptedExpires:
            let orders = snapshot.orders.map { $0.expiring(after: policy.holdTTL) }
            return (EventSnapshot(event: snapshot.event, categories: snapshot.categories, orders: orders), survey)
        case .finalizedIsNothing:
            return (
                snapshot,
                survey.with(survey.holds.map { sold.contains($0.token) ? $0 : $0.withoutFinalizedHash })
            )
        }
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
                look.fail()
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

extension EventSurvey {
    fileprivate func with(_ holds: [HoldSurvey]) -> EventSurvey {
        EventSurvey(inventory: inventory, holds: holds)
    }
}
