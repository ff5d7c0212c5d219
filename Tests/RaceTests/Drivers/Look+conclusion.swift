import ChangeFiles
import HoldModel
import Reconciliation
import RedisStore
import TestOutcomes

extension Look {
    /// What follows from a look, once it is whole.
    mutating func conclude(_ looking: StableLook.Rules) -> String {
        var policy = Policy()
        policy.abandonedAfter = rules.abandonedAfter
        policy.checkouts = evidence
        let (shown, survey) = misjudged(EventSurvey(inventory: inventory, holds: holds), policy)
        policy.undoing = earlierStates(survey)
        let latest = EventLook(shown, request, survey, policy, now: now)
        let (judged, conclusion) = look.conclude(latest, looking, policy, at: instant)
        let standing = look.stoodStill(latest) ? ": \(judged.plan.standing)" : ": the counts moved"
        looks += 1
        look.begin()
        switch conclusion {
        case .agrees: outcome = "agrees"
        case .refused where judged.plan.findings.contains { $0.outcome == .moved }: outcome = "moved"
        case .refused: outcome = look.behindSince == nil ? "refused" : "SQL is behind"
        case .deferred: outcome = "deferred"
        case .again(let pause):
            isWaiting = pause == .untilConfirmed
            return standing + lookAgain()
        case .found: outcome = "found"
        case .write: direct(judged.plan)
        // Item by item nothing goes ahead of its second look.
        case .tighten where errand != .repair:
            isWaiting = true
            return standing + ", another look is wanted" + lookAgain()
        case .tighten(let part):
            isWaiting = true
            prepare(part, isWhole: false)
            return standing + ", another look is wanted" + (writing == nil ? lookAgain() : "")
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

    mutating func prepare(_ plan: EventPlan, isWhole: Bool) {
        self.isWhole = isWhole
        guard plan.standing == .differs else { return }
        if let slice = rules.slice, plan.holds.count + plan.counts.count > slice {
            var slices = PlanSlices(plan)
            if let phases = rules.phases { slices.phases = phases }
            writing = .slices(slices)
        } else {
            writing = .whole(holds: plan.holds, counts: plan.counts)
        }
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
