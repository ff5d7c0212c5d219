import HoldModel
import RedisStore

/// Brings one page's events from look to outcome: applies what differs, looks again where Redis moved or the look was
/// unclear, and proves what was written.
struct PageRepair: Sendable {
    let looker: EventLooker
    /// `nil` where nothing is to be written.
    let repairs: HoldRepairs?
    let settings: RunSettings

    /// - Parameter tokens: for each event, what the census knows.
    func run(_ events: [EventID], tokens: [[HoldToken]]) async throws -> RunTally {
        var tally = RunTally(maxFindings: settings.maxFindings)
        var events = events
        var tokens = tokens
        for attempt in 1...max(settings.attempts, 1) {
            let isLast = attempt == max(settings.attempts, 1)
            let page = try await looker.look(at: events, tokens: tokens)
            tally.record(page.clock)
            if attempt == 1 { tally.count(page) }
            let open = try await settle(page.events, isLast: isLast, &tally)
            if open.isEmpty { break }
            tokens = zip(events, tokens).filter { open.contains($0.0) }.map(\.1)
            events = events.filter(open.contains)
        }
        return tally
    }

    /// - Returns: the events to look at again.
    private func settle(_ looks: [EventLook], isLast: Bool, _ tally: inout RunTally) async throws -> Set<EventID> {
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
        guard let repairs else {
            for look in differing { tally.record(look.plan, as: .found) }
            return again
        }
        var written: [EventLook] = []
        for (look, outcome) in zip(differing, try await repairs.apply(differing.map(\.plan))) {
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
        try await verify(written, &tally)
        return again
    }

    /// Looks at the written events once more (design section 4, step 7): what was written must be what is there.
    private func verify(_ written: [EventLook], _ tally: inout RunTally) async throws {
        for look in try await looker.lookAgain(written) {
            if look.plan.standing == .agrees { tally.verified += 1 }
        }
    }
}

extension RunTally {
    fileprivate mutating func record(_ plan: EventPlan, as outcome: FindingOutcome) {
        for var finding in plan.findings {
            if finding.outcome == .found { finding.outcome = outcome }
            record(finding)
        }
    }

    fileprivate mutating func count(_ page: PageLook) {
        scanned.events += page.events.count
        for look in page.events {
            scanned.categories += look.snapshot.categories.count
            scanned.orders += look.snapshot.orders.count
            scanned.holds += look.survey.holds.count { $0.state != .absent }
        }
    }
}
