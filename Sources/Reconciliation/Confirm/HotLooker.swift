import HoldModel
import PostgresSource
import RedisStore

/// Drives hot looks: one event after another, each at one instant between two snapshots that agree; see ``HotLook``.
struct HotLooker: Sendable {
    /// How many looks may conclude nothing, in addition to those of ``RunSettings/attempts``.
    private static let fruitless = 12

    var settlement: EventSettlement
    let walk: CensusWalk

    private var settings: RunSettings { settlement.settings }
    private var store: HoldStore { settlement.looker.store }

    private var rules: HotLook.Rules {
        var rules = HotLook.Rules()
        rules.alike = settings.hotLooks
        rules.releaseAfter = settings.releaseAfter
        rules.attempts = settings.attempts + Self.fruitless
        rules.mayWrite = settlement.repairs != nil
        return rules
    }

    /// - Returns: the suspects that must be looked at again.
    func look(at suspects: [Suspect], _ census: inout Census, _ tally: inout RunTally) async throws -> [Suspect] {
        if suspects.isEmpty { return [] }
        var watermark: [UInt8] = []
        let stages = rules.stages
        let shared = stages.prefix { $0 != .ended }
        // The watermark comes before the scan: a hold that is acquired during the scan has a higher score.
        for stage in shared {
            switch stage {
            case .watermark:
                watermark = try await store.watermark(
                    now: try await store.time(), life: settings.policy.holdTTL, skew: settings.maxSkew)
            case .index: try await walk.index(&census)
            case .keyspace: _ = try await walk.keyspace(&census)
            case .ended, .snapshot, .survey, .agreement: break
            }
        }
        var open: [Suspect] = []
        for suspect in suspects {
            if settings.stop.cause != nil {
                open.append(suspect)
                continue
            }
            do {
                if let again = try await look(
                    at: suspect, stages.dropFirst(shared.count), watermark, &census, &tally)
                {
                    open.append(again)
                }
            } catch let error where settings.stop.hasCut(error) {
                open.append(suspect)
            }
        }
        return open
    }

    /// - Returns: the suspect, where it must be looked at again.
    private func look(
        at suspect: Suspect, _ stages: ArraySlice<HotLook.Stage>, _ watermark: [UInt8], _ census: inout Census,
        _ tally: inout RunTally
    ) async throws -> Suspect? {
        var hot = suspect.hot ?? HotLook(suspect.look)
        hot.known.tokens += census.takeNew(of: suspect.event, besides: hot.known.tokens)
        for stage in stages {
            if let reason = try await take(stage, &hot, watermark, &census, &tally) {
                return conclude(suspect, hot, hot.nothing(reason, rules), nil, &tally)
            }
            if stage == .survey, hot.request.keyCount > rules.greatest {
                return leave(
                    suspect,
                    "never stood still, and its \(hot.request.keyCount) keys are too many for a look at one instant",
                    &tally)
            }
        }
        let (looker, now) = (settlement.looker, try await store.time())
        guard let plan = hot.plan(looker.policy, now: now), let snapshot = hot.snapshot else {
            return conclude(suspect, hot, hot.nothing("it was not surveyed", rules), nil, &tally)
        }
        settlement.disputes.take(plan)
        let dispute = try await settlement.dispute(over: snapshot).map { $0.detail ?? "a category is disputed" }
        let conclusion = hot.conclude(plan, rules, looker.policy, now: now, obstacle: dispute, at: .now)
        if case .write(let shifts) = conclusion, settlement.allowance.admits(shifts, of: snapshot) {
            return try await write(suspect, hot, plan, shifts, &tally)
        }
        return conclude(suspect, hot, conclusion, plan, &tally)
    }

    /// Does one stage of the look at one event.
    ///
    /// - Returns: why nothing can be concluded; `nil` while it can.
    private func take(
        _ stage: HotLook.Stage, _ hot: inout HotLook, _ watermark: [UInt8], _ census: inout Census,
        _ tally: inout RunTally
    ) async throws -> String? {
        switch stage {
        case .watermark, .index, .keyspace: return nil
        case .ended:
            let request = SurveyRequest(event: EventID(""), categories: [], tokens: hot.known.tokens)
            hot.known.tokens = HotLook.unended(try await store.survey([request]).flatMap(\.holds))
        case .snapshot:
            let page = try await snapshot(hot)
            tally.record(page.clock)
            guard let snapshot = page.events.first else { return "SQL does not have it any more" }
            hot.begin(snapshot)
        case .survey: return try await survey(&hot, watermark, &census)
        case .agreement: hot.take(agreement: try await snapshot(hot).events.first)
        }
        return nil
    }

    private func snapshot(_ hot: HotLook) async throws -> EventPage {
        try await settlement.looker.source.snapshot(of: [hot.known.event], tokens: [hot.known.tokens])
    }

    private func survey(
        _ hot: inout HotLook, _ watermark: [UInt8], _ census: inout Census
    ) async throws -> String? {
        while hot.request.keyCount <= rules.greatest {
            let (survey, tail) = try await store.hotSurvey(hot.request, indexFrom: watermark)
            if let tail { try await walk.place(tail.filter { !census.isKnown($0) }, &census) }
            let new = tail.map { _ in census.takeNew(of: hot.known.event, besides: hot.known.tokens) }
            switch hot.take(survey, new: new, rules) {
            case .whole: return nil
            case .again: continue
            case .nothing(let reason): return reason
            }
        }
        return nil
    }

    private func write(
        _ suspect: Suspect, _ hot: HotLook, _ plan: EventPlan, _ shifts: [CountShift], _ tally: inout RunTally
    ) async throws -> Suspect? {
        guard let repairs = settlement.repairs else { return nil }
        var hot = hot
        var outcome: ApplyOutcome?
        try await repairs.write(HotRepair(plan.event, holds: plan.holds, shifts: shifts)) { became in
            tally.recordPart(of: plan, became)
            outcome = became
        }
        switch outcome {
        case .moved(let key), .cut(let key, _):
            return conclude(suspect, hot, hot.moved(printable(key), rules), plan, &tally)
        case .applied:
            tally.applied += 1
            tally.record(plan, as: .applied)
            return nil
        case .interrupted, nil: return nil
        }
    }

    /// - Returns: the suspect, where it must be looked at again.
    private func conclude(
        _ suspect: Suspect, _ hot: HotLook, _ conclusion: HotLook.Conclusion, _ plan: EventPlan?,
        _ tally: inout RunTally
    ) -> Suspect? {
        var suspect = suspect
        (suspect.hot, suspect.look) = (hot, hot.known)
        switch conclusion {
        case .agrees:
            tally.countAgreeing(suspect)
            if let plan { tally.record(plan, as: .found) }
        case .behind:
            tally.refused += 1
            if let plan { tally.record(plan, as: .refused) }
        case .found, .write:
            tally.differing += 1
            if let plan, plan.changesCounts { tally.changing += 1 }
            if let plan { tally.record(plan, as: .found) }
        case .left(let reason): return leave(suspect, reason, &tally)
        case .again(.untilConfirmed): return settlement.pausing(suspect, .untilConfirmed)
        case .again:
            suspect.due = .now + settings.releaseAfter / settings.hotLooks * Double.random(in: 1...1.5)
            return suspect
        }
        return nil
    }

    private func leave(_ suspect: Suspect, _ reason: String, _ tally: inout RunTally) -> Suspect? {
        tally.deferred += 1
        tally.record(Finding(deferring: suspect.event, because: reason))
        return nil
    }
}
