import HoldModel
import RedisStore

/// Brings looks to outcomes: applies what differs, proves what was written, and says what must be looked at again.
struct EventSettlement: Sendable {
    let looker: EventLooker
    /// `nil` where nothing is to be written.
    let repairs: HoldRepairs?
    let settings: RunSettings

    /// - Parameters:
    ///   - looks: looks that may be concluded from.
    ///   - isLast: whether what is still open after this is counted as moved or deferred.
    /// - Returns: the events to look at again.
    func settle(_ looks: [EventLook], isLast: Bool, _ tally: inout RunTally) async throws -> Set<EventID> {
        var again: Set<EventID> = []
        var differing: [EventLook] = []
        for look in looks {
            switch look.plan.standing {
            case .agrees:
                tally.unchanged += 1
                tally.record(look.plan, as: .found)
            case .refused:
                tally.refused += 1
                tally.record(look.plan, as: .refused)
            case .unclear where isLast:
                tally.deferred += 1
                tally.record(look.plan, as: .deferred)
            case .unclear: again.insert(look.plan.event)
            case .differs: differing.append(look)
            }
        }
        again.formUnion(try await apply(differing, isLast: isLast, &tally))
        return again
    }

    /// Counts an event that never stood still within the bounds.
    func deferMoving(_ looks: [EventLook], _ tally: inout RunTally) {
        for look in looks {
            tally.deferred += 1
            tally.record(look.plan, as: .deferred)
        }
    }

    private func apply(_ looks: [EventLook], isLast: Bool, _ tally: inout RunTally) async throws -> Set<EventID> {
        guard let repairs else {
            for look in looks { tally.record(look.plan, as: .found) }
            return []
        }
        var again: Set<EventID> = []
        var written: [EventLook] = []
        for (look, outcome) in zip(looks, try await repairs.apply(looks.map(\.plan))) {
            switch outcome {
            case .applied:
                written.append(look)
                tally.applied += 1
                tally.record(look.plan, as: .applied)
            case .moved where isLast:
                tally.moved += 1
                tally.record(look.plan, as: .moved)
            case .moved: again.insert(look.plan.event)
            }
        }
        tally.verified += try await verify(written)
        return again
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

extension RunTally {
    fileprivate mutating func record(_ plan: EventPlan, as outcome: FindingOutcome) {
        for var finding in plan.findings {
            if finding.outcome == .found { finding.outcome = outcome }
            record(finding)
        }
    }
}
