import HoldModel

/// An event that one look did not show to agree, with the tokens the census knows for it.
struct Suspect: Sendable {
    let event: EventID
    var tokens: [HoldToken]
}

/// The first look at a page: what agrees is done with, and nearly every event does.
struct PageGlance: Sendable {
    let settlement: EventSettlement

    /// Whether one look is enough: nothing moves in between, and every hold that Redis has is known.
    private var isConclusive: Bool {
        settlement.settings.traffic == .stopped && settlement.settings.deep
    }

    func run(_ events: [EventID], tokens: [[HoldToken]]) async throws -> (tally: RunTally, suspects: [Suspect]) {
        var tally = RunTally(maxFindings: settlement.settings.maxFindings)
        let page = try await settlement.looker.look(at: events, tokens: tokens)
        tally.record(page.clock)
        tally.count(page)
        let settled = isConclusive ? page.events : page.events.filter { $0.plan.standing == .agrees }
        let again = try await settlement.settle(settled, isLast: false, &tally)
        let done = Set(settled.map(\.plan.event)).subtracting(again)
        let suspects = zip(events, tokens).filter { !done.contains($0.0) }.map { Suspect(event: $0, tokens: $1) }
        return (tally, suspects)
    }
}

extension RunTally {
    fileprivate mutating func count(_ page: PageLook) {
        scanned.events += page.events.count
        for look in page.events {
            scanned.categories += look.snapshot.categories.count
            scanned.orders += look.snapshot.orders.count
            scanned.holds += look.survey.holds.count { $0.state != .absent }
        }
    }
}
