import HoldModel
import PostgresSource
import RedisStore

/// Looks at one event that never stands still: its hashes and all its holds at one instant, between two snapshots that
/// agree (design section 4, step 6).
///
/// A hold that is acquired between the index scan and that instant would make `pending` look too high. New holds enter
/// the index in its tail (`HoldStore.watermark`), so the tail is read at the same instant; a look whose tail has a token that is not known yet
/// concludes nothing and is taken again.
struct HotLooker: Sendable {
    /// Keys that may be read at one instant: some five milliseconds of Redis' time.
    private static let greatestLook = 1000
    /// Tries to meet an instant whose tail is known; each takes about as long as two round trips.
    private static let tries = 40
    /// Looks that may conclude nothing before the event is left.
    private static let fruitless = 12

    var settlement: EventSettlement
    let taker: CensusTaker

    private var settings: RunSettings { settlement.settings }
    private var store: HoldStore { settlement.looker.store }

    /// - Returns: the suspects that must be looked at again.
    func look(at suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally) async throws -> [Suspect] {
        if suspects.isEmpty { return [] }
        // The watermark comes before the scan: a hold that is acquired during the scan lies above it.
        let watermark = try await store.watermark(
            now: try await store.time(), life: settings.policy.holdTTL, skew: settings.maxSkew)
        try await taker.extend(&census, keyspace: true)
        var open: [Suspect] = []
        for suspect in suspects {
            if settings.stop.cause != nil {
                open.append(suspect)
                continue
            }
            do {
                if let again = try await look(at: suspect, watermark, &census, &tally) { open.append(again) }
            } catch let error where settings.stop.hasCut(error) {
                open.append(suspect)
            }
        }
        return open
    }

    private func look(
        at suspect: Suspect, _ watermark: [UInt8], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> Suspect? {
        var suspect = suspect
        suspect.due = .now + settings.releaseAfter / settings.hotLooks * Double.random(in: 1...1.5)
        switch try await take(&suspect, watermark, &census, &tally) {
        case .tooLarge(let keys):
            return leave(
                suspect, "never stood still, and its \(keys) keys are too many for a look at one instant", &tally)
        case .nothing(let reason):
            suspect.look.failedLooks += 1
            guard suspect.look.failedLooks < settings.attempts + Self.fruitless else {
                return leave(suspect, "never stood still: \(reason)", &tally)
            }
            return suspect
        case .behind(let plan):
            if suspect.look.isBehindForGood(settlement.rules, at: .now) {
                tally.refused += 1
                tally.record(plan, as: .refused)
                return nil
            }
            return settlement.pausing(suspect, suspect.look.waitForSQL(since: .now))
        case .shown(let plan, let evidence):
            return try await conclude(suspect, plan, evidence, &tally)
        }
    }

    private enum Look {
        case tooLarge(keys: Int)
        case nothing(String)
        case behind(EventPlan)
        case shown(EventPlan, HotEvidence)
    }

    private func take(
        _ suspect: inout Suspect, _ watermark: [UInt8], _ census: inout Census, _ tally: inout RunTally
    ) async throws -> Look {
        suspect.look.tokens += census.takeNew(of: suspect.event, besides: suspect.look.tokens)
        suspect.look.tokens = try await unended(suspect.look.tokens)
        let looker = settlement.looker
        let first = try await looker.source.snapshot(of: [suspect.event], tokens: [suspect.look.tokens])
        tally.record(first.clock)
        guard let snapshot = first.events.first else { return .nothing("SQL does not have it any more") }
        var request = looker.request(for: snapshot, tokens: suspect.look.tokens)
        for _ in 1...Self.tries {
            let keys = request.categories.count + request.tokens.count
            guard keys <= Self.greatestLook else { return .tooLarge(keys: keys) }
            let (survey, tail) = try await store.hotSurvey(request, indexFrom: watermark)
            guard let tail else { return .nothing("the index grew by more than one look can read") }
            let unknown = tail.filter { !census.isKnown($0) }
            try await taker.place(unknown, &census)
            let new = census.takeNew(of: suspect.event, besides: suspect.look.tokens)
            suspect.look.tokens += new
            guard new.isEmpty else {
                request = looker.request(for: snapshot, tokens: suspect.look.tokens)
                continue
            }
            let second = try await looker.source.snapshot(of: [suspect.event], tokens: [suspect.look.tokens])
            guard second.events.first == snapshot else { return .nothing("orders changed during every look") }
            let now = try await store.time()
            if snapshot.orders.contains(where: { $0.needsAnswers(now: now, policy: looker.policy) }) {
                suspect.look.needsAnswers = true
                return .nothing("an accepted order may be abandoned")
            }
            let plan = EventPlan(snapshot: snapshot, survey: survey, policy: looker.policy, now: now)
            settlement.disputes.take(plan)
            if let dispute = try await settlement.dispute(over: snapshot) {
                return .nothing(dispute.detail ?? "a category is disputed")
            }
            let inventory = Dictionary(
                zip(request.categories, survey.inventory), uniquingKeysWith: { first, _ in first })
            if case .sqlBehind = plan.standing { return .behind(plan) }
            guard plan.standing == .differs || plan.standing == .agrees else { return .nothing("\(plan.standing)") }
            guard let evidence = HotEvidence(plan, inventory: inventory) else {
                return .nothing("an inventory hash is lost or malformed while it changes")
            }
            return .shown(plan, evidence)
        }
        return .nothing("new holds came faster than they could be read")
    }

    /// The tokens without those whose hold is over and stays so: the hashes of released holds are kept for minutes, and on
    /// an event that sells there are more of them than one instant can read. An order that names one brings it back.
    private func unended(_ tokens: [HoldToken]) async throws -> [HoldToken] {
        let request = SurveyRequest(event: EventID(""), categories: [], tokens: tokens)
        return try await store.survey([request]).flatMap(\.holds).filter { hold in
            guard case .whole(let whole) = hold.state, hold.score == .noMember else { return true }
            return whole.status.isActive
        }.map(\.token)
    }

    private func conclude(
        _ suspect: Suspect, _ plan: EventPlan, _ evidence: HotEvidence, _ tally: inout RunTally
    ) async throws -> Suspect? {
        var suspect = suspect
        if plan.standing == .agrees {
            tally.countAgreeing(suspect)
            tally.record(plan, as: .found)
            return nil
        }
        if suspect.hotLooks.last?.shown != evidence {
            suspect.hotLooks = []
            suspect.look.failedLooks += 1
        }
        suspect.hotLooks.append((.now, evidence))
        guard suspect.look.failedLooks < settings.attempts + Self.fruitless else {
            return leave(suspect, "never stood still, and no two looks showed the same", &tally)
        }
        guard suspect.hotLooks.count >= settings.hotLooks, let start = suspect.hotLooks.first?.at,
            .now - start >= settings.releaseAfter
        else { return suspect }
        guard let repairs = settlement.repairs else {
            tally.differing += 1
            tally.record(plan, as: .found)
            return nil
        }
        var outcome: ApplyOutcome?
        try await repairs.shift(plan.event, holds: plan.holds, by: evidence.shifts) { became in
            tally.recordPart(of: plan, became)
            outcome = became
        }
        switch outcome {
        case .moved(let key), .cut(let key, _):
            suspect.hotLooks = []
            suspect.look.failedLooks += 1
            guard suspect.look.failedLooks < settings.attempts + Self.fruitless else {
                return leave(suspect, "\(printable(key)) changed before every repair", &tally)
            }
            return suspect
        case .applied:
            tally.applied += 1
            tally.record(plan, as: .applied)
            return nil
        case .interrupted, nil: return nil
        }
    }

    private func leave(_ suspect: Suspect, _ reason: String, _ tally: inout RunTally) -> Suspect? {
        tally.deferred += 1
        tally.record(Finding(deferring: suspect.event, because: reason))
        return nil
    }
}
