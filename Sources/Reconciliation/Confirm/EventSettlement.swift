import HoldModel
import PostgresSource
import RedisStore

/// Turns looks into outcomes: writes plans, checks what was written, and returns what must be looked at again.
struct EventSettlement: Sendable {
    var looker: EventLooker
    /// `nil` where nothing is to be written.
    let repairs: HoldRepairs?
    let settings: RunSettings
    let disputes: DisputedCategories
    let allowance: ChangeAllowance

    /// A suspect and what a look at it has shown.
    typealias Looked = (suspect: Suspect, look: EventLook)

    /// The rules of this run's looks.
    var rules: StableLook.Rules {
        var rules = StableLook.Rules()
        rules.isLive = settings.traffic == .live
        rules.readsStandby = looker.source.readsStandby
        rules.hasAnswers = looker.policy.checkouts.hasAnswers
        rules.mayWrite = repairs != nil || settings.course.isByItem
        rules.releaseAfter = settings.releaseAfter
        rules.attempts = settings.attempts
        return rules
    }

    /// Settles suspects by their looks.
    ///
    /// - Parameter looks: a whole look for each suspect.
    /// - Returns: the suspects to look at again.
    func settle(_ suspects: [Suspect], _ looks: [EventLook], _ tally: inout RunTally) async throws -> [Suspect] {
        let (rules, instant) = (rules, ContinuousClock.now)
        var open: [Suspect] = []
        var differing: [(looked: Looked, conclusion: StableLook.Conclusion)] = []
        var refused: [EventPlan] = []
        for look in looks { disputes.take(look.plan) }
        for (suspect, latest) in zip(suspects, looks) {
            var suspect = suspect
            let (look, conclusion) = suspect.look.conclude(latest, rules, looker.policy, at: instant)
            switch conclusion {
            case .agrees:
                tally.record(look.plan, as: .found)
                if recordWhatIsLeft(look, &tally) { tally.differing += 1 } else { tally.countAgreeing(suspect) }
            case .refused:
                if look.plan.findings.contains(where: { $0.outcome == .moved }) {
                    tally.moved += 1
                } else {
                    tally.refused += 1
                }
                tally.record(look.plan, as: .refused)
                if !look.plan.missing.isEmpty { refused.append(look.plan) }
            case .deferred:
                tally.deferred += 1
                tally.record(look.plan, as: .deferred)
            case .again(let pause): open.append(pausing(suspect, pause))
            case .found, .write, .tighten: differing.append(((suspect, look), conclusion))
            }
        }
        try await tellWhereMissingAre(of: refused, &tally)
        var (proved, unproved): ([Looked], [(Suspect, EventPlan)]) = ([], [])
        for (looked, conclusion) in try await refuseDisputed(differing, &tally) {
            switch conclusion {
            case .write where try !isDirected(looked.look, &tally): continue
            // An item of a plan is whole: nothing of it goes ahead of its second look.
            case .tighten where settings.course.isByItem: open.append(waiting(looked.suspect))
            case .write where repairs != nil && allowance.admits(looked.look.plan): proved.append(looked)
            case .tighten(let part) where allowance.admits(part): unproved.append((looked.suspect, part))
            case .write, .tighten, .found, .agrees, .refused, .deferred, .again:
                tally.differing += 1
                if settings.isRehearsal { _ = allowance.admits(looked.look.plan) }
                if looked.look.plan.changesCounts { tally.changing += 1 }
                tally.record(looked.look.plan, as: .found)
            }
        }
        guard let repairs else { return open }
        open += try await apply(proved, by: repairs, &tally)
        open += try await tighten(unproved, by: repairs, &tally)
        return open
    }

    /// Returns a suspect with the time at which it is looked at again.
    func pausing(_ suspect: Suspect, _ pause: StableLook.Pause) -> Suspect {
        var suspect = suspect
        switch pause {
        case .none: break
        case .moment: suspect.due = max(suspect.due, .now + settings.pause * Double.random(in: 0.5...1.5))
        case .untilConfirmed: if settings.traffic == .live { suspect.due = .now + settings.releaseAfter }
        }
        return suspect
    }

    /// Counts suspects that a run leaves behind when it must end.
    func leave(_ suspects: [Suspect], because cause: String, _ tally: inout RunTally) {
        for suspect in suspects {
            tally.deferred += 1
            tally.record(Finding(deferring: suspect.event, because: "not looked at to the end: \(cause)"))
        }
    }

    /// Whether a look agrees only because of `--only tighten`, so that one look is not enough.
    func leavesSomething(_ look: EventLook) -> Bool {
        settings.tightensByChoice && look.whole(by: looker.policy).standing != .agrees
    }

    /// Records what `--only tighten` leaves as it is: a run that has seen leaks is not clean.
    ///
    /// - Returns: whether there is any.
    @discardableResult
    private func recordWhatIsLeft(_ look: EventLook, _ tally: inout RunTally) -> Bool {
        guard settings.tightensByChoice else { return false }
        let left = look.whole(by: looker.policy).findings.filter { finding in
            finding.outcome == .found && !look.plan.findings.contains { $0.isAbout(finding) }
        }
        for finding in left { tally.record(finding) }
        return !left.isEmpty
    }

    private func apply(
        _ differing: [Looked], by repairs: HoldRepairs, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        var open: [Suspect] = []
        var written: [EventLook] = []
        try await repairs.apply(differing.map(\.look.plan)) { outcomes in
            for (looked, outcome) in zip(differing, outcomes) {
                var (suspect, look) = looked
                if case .moved = outcome { allowance.giveBack(look.plan) }
                tally.recordPart(of: look.plan, outcome)
                switch outcome {
                case .applied:
                    written.append(look)
                    tally.applied += 1
                    tally.record(look.plan, as: .applied)
                    recordWhatIsLeft(look, &tally)
                case .moved where settings.traffic == .stopped && suspect.look.failedLooks + 1 >= settings.attempts:
                    tally.moved += 1
                    tally.record(look.plan, as: .moved)
                case .moved, .cut:
                    suspect.look.fail()
                    open.append(pausing(suspect, .moment))
                case .interrupted: break
                }
            }
        }
        let verified = try await verify(written)
        tally.verified += verified
        // With traffic stopped nobody else may have changed what was written.
        if settings.traffic == .stopped {
            tally.applied -= written.count - verified
            tally.moved += written.count - verified
        }
        return open
    }

    /// Writes the part that takes seats off sale; the rest waits for the second look.
    private func tighten(
        _ differing: [(suspect: Suspect, part: EventPlan)], by repairs: HoldRepairs, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let plans = differing.map(\.part).filter { $0.standing == .differs }
        try await repairs.apply(plans) { outcomes in
            for (plan, outcome) in zip(plans, outcomes) {
                tally.recordPart(of: plan, outcome)
                if case .moved = outcome { allowance.giveBack(plan) }
                guard outcome == .applied else { continue }
                // Notes for people come once, with the event's own outcome.
                for var finding in plan.findings where finding.outcome == .found {
                    finding.outcome = .applied
                    tally.record(finding)
                }
            }
        }
        return differing.map { suspect, _ in waiting(suspect) }
    }

    /// Returns a suspect that waits for its second look.
    private func waiting(_ suspect: Suspect) -> Suspect {
        let waiting = pausing(suspect, .untilConfirmed)
        return suspect.look.failedLooks == 0 ? waiting : pausing(waiting, .moment)
    }

    /// Looks once more at what was written (design section 4, step 7). Where the counts are as they were written, so is
    /// all else that their script wrote. Any other event is looked at whole.
    ///
    /// - Returns: how many of the events are right.
    private func verify(_ written: [EventLook]) async throws -> Int {
        let inventories = try await looker.store.survey(
            written.map {
                SurveyRequest(event: $0.plan.event, categories: $0.plan.counts.map(\.category), tokens: [])
            }
        ).map(\.inventory)
        let doubtful = zip(written, inventories).filter { look, inventory in
            look.plan.counts.isEmpty || look.plan.counts.map(InventoryState.init) != inventory
        }.map(\.0)
        let agreeing = try await looker.lookAgain(doubtful).count { $0.plan.standing == .agrees }
        return written.count - doubtful.count + agreeing
    }
}
