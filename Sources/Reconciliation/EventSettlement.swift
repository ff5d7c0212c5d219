import HoldModel
import RedisStore

/// Brings looks to outcomes: applies what differs, proves what was written, and says what must be looked at again.
struct EventSettlement: Sendable {
    var looker: EventLooker
    /// `nil` where nothing is to be written.
    let repairs: HoldRepairs?
    let settings: RunSettings
    let disputes: DisputedCategories

    /// A suspect that has no outcome yet.
    struct Open {
        let suspect: Suspect
        /// Whether the look concluded nothing, so that the next one waits and their number is bounded.
        let mustPause: Bool
    }

    /// - Parameter looks: for each suspect, a look that may be concluded from.
    /// - Returns: the suspects to look at again.
    func settle(_ suspects: [Suspect], _ looks: [EventLook], _ tally: inout RunTally) async throws -> [Open] {
        var open: [Open] = []
        var differing: [(suspect: Suspect, look: EventLook)] = []
        var refused: [EventPlan] = []
        for look in looks { disputes.take(look.plan) }
        for (suspect, latest) in zip(suspects, looks) {
            let look = suspect.proof.map { looker.look(latest, asOf: $0.now) } ?? latest
            if looker.needsAnswers(look) {
                var suspect = suspect
                suspect.needsAnswers = true
                open.append(Open(suspect: suspect, mustPause: false))
                continue
            }
            switch look.plan.standing {
            case .agrees:
                tally.record(look.plan, as: .found)
                if recordWhatIsLeft(look, &tally) { tally.differing += 1 } else { tally.countAgreeing(suspect) }
            case .refused:
                tally.refused += 1
                tally.record(look.plan, as: .refused)
                if !look.plan.missing.isEmpty { refused.append(look.plan) }
            case .sqlBehind where isBehindForGood(suspect):
                tally.refused += 1
                tally.record(look.plan, as: .refused)
            case .sqlBehind:
                open.append(Open(suspect: waitingForSQL(suspect), mustPause: false))
            case .unclear where suspect.failedLooks + 1 >= settings.attempts:
                tally.deferred += 1
                tally.record(look.plan, as: .deferred)
            case .unclear:
                open.append(Open(suspect: suspect, mustPause: true))
            case .differs:
                differing.append((suspect, look))
            }
        }
        try await tellWhereMissingAre(of: refused, &tally)
        differing = try await refuseDisputed(differing, &tally)
        guard let repairs else {
            // What looks like a leak may be a hold that the index does not know: only a look that knows it is a finding.
            let doubtful = differing.filter { mustKnowMore($0.suspect, $0.look) }
            open += doubtful.map { suspect, _ in
                var suspect = suspect
                suspect.needsKeyspace = true
                return Open(suspect: suspect, mustPause: false)
            }
            for (suspect, look) in differing where !mustKnowMore(suspect, look) {
                tally.differing += 1
                tally.record(look.plan, as: .found)
            }
            return open
        }
        let proved = differing.filter { isProved($0.suspect, $0.look) }
        let unproved = differing.filter { !isProved($0.suspect, $0.look) }
        open += try await apply(proved, by: repairs, &tally)
        open += try await tighten(unproved, by: repairs, &tally)
        return open
    }

    /// A snapshot is older than the look at Redis by moments; what looks further apart show is no matter of moments.
    func isBehindForGood(_ suspect: Suspect) -> Bool {
        guard let since = suspect.behindSince else { return false }
        return settings.traffic == .stopped || .now - since >= settings.releaseAfter
    }

    func waitingForSQL(_ suspect: Suspect) -> Suspect {
        var suspect = suspect
        suspect.behindSince = suspect.behindSince ?? .now
        if settings.traffic == .live { suspect.due = .now + settings.releaseAfter }
        return suspect
    }

    /// Counts suspects that a run leaves behind when it must end.
    func leave(_ suspects: [Suspect], because cause: String, _ tally: inout RunTally) {
        for suspect in suspects {
            tally.deferred += 1
            tally.record(Finding(deferring: suspect.event, because: "not looked at to the end: \(cause)"))
        }
    }

    /// Whether `--only tighten` is all that makes a look agree, so that one look says nothing yet.
    func leavesSomething(_ look: EventLook) -> Bool {
        settings.tightensByChoice && looker.whole(look).standing != .agrees
    }

    /// What `--only tighten` leaves as it is has been found all the same: a run over leaks is not clean.
    ///
    /// - Returns: whether there is anything.
    @discardableResult
    private func recordWhatIsLeft(_ look: EventLook, _ tally: inout RunTally) -> Bool {
        guard settings.tightensByChoice else { return false }
        let left = looker.whole(look).findings.filter { finding in
            finding.outcome == .found && !look.plan.findings.contains { $0.isAbout(finding) }
        }
        for finding in left { tally.record(finding) }
        return !left.isEmpty
    }

    private func mustKnowMore(_ suspect: Suspect, _ look: EventLook) -> Bool {
        settings.traffic == .live && !suspect.needsKeyspace && ReleaseProof(look.plan) != nil
    }

    private func isProved(_ suspect: Suspect, _ look: EventLook) -> Bool {
        guard settings.traffic == .live, let shown = ReleaseProof(look.plan) else { return true }
        guard suspect.needsKeyspace else { return false }
        guard let first = suspect.proof else { return settings.releaseAfter == .zero }
        return .now - first.at >= settings.releaseAfter && first.shown.isConfirmed(by: shown)
            && first.isOfSameHashes(as: look)
    }

    private func apply(
        _ differing: [(suspect: Suspect, look: EventLook)], by repairs: HoldRepairs, _ tally: inout RunTally
    ) async throws -> [Open] {
        var open: [Open] = []
        var written: [EventLook] = []
        try await repairs.apply(differing.map(\.look.plan)) { outcomes in
            for ((suspect, look), outcome) in zip(differing, outcomes) {
                tally.recordPart(of: look.plan, outcome)
                switch outcome {
                case .applied:
                    written.append(look)
                    tally.applied += 1
                    tally.record(look.plan, as: .applied)
                    recordWhatIsLeft(look, &tally)
                case .moved where settings.traffic == .stopped && suspect.failedLooks + 1 >= settings.attempts:
                    tally.moved += 1
                    tally.record(look.plan, as: .moved)
                case .moved, .cut: open.append(Open(suspect: suspect, mustPause: true))
                case .interrupted: break
                }
            }
        }
        let verified = try await verify(written)
        tally.verified += verified
        // With traffic stopped nothing else may have changed what was written.
        if settings.traffic == .stopped {
            tally.applied -= written.count - verified
            tally.moved += written.count - verified
        }
        return open
    }

    /// Applies what takes seats off sale, and waits with the rest for the second look.
    private func tighten(
        _ differing: [(suspect: Suspect, look: EventLook)], by repairs: HoldRepairs, _ tally: inout RunTally
    ) async throws -> [Open] {
        let plans = differing.map { looker.tightened($0.look) }.filter { $0.standing == .differs }
        try await repairs.apply(plans) { outcomes in
            for (plan, outcome) in zip(plans, outcomes) {
                tally.recordPart(of: plan, outcome)
                guard outcome == .applied else { continue }
                // What is for people is told with the event's own outcome, once.
                for var finding in plan.findings where finding.outcome == .found {
                    finding.outcome = .applied
                    tally.record(finding)
                }
            }
        }
        return differing.map { suspect, look in
            var suspect = suspect
            // A first look that the second did not confirm has concluded nothing.
            let isFirst = suspect.proof == nil
            suspect.proof = FirstProof(looker.look(look, asOf: look.now))
            suspect.due = .now + settings.releaseAfter
            suspect.needsKeyspace = true
            return Open(suspect: suspect, mustPause: !isFirst)
        }
    }

    /// Looks at what was written once more (design section 4, step 7). The counts are what sells seats: where they are
    /// there as written, so is the rest of their script; any other event is looked at whole.
    ///
    /// - Returns: how many of the events are as they should be.
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
