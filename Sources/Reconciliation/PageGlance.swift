import HoldModel
import PostgresSource

/// The first look at a page: what agrees is done with, and nearly every event does.
struct PageGlance: Sendable {
    let settlement: EventSettlement
    /// `nil` where Redis must be asked what it has.
    let emptiness: Emptiness?

    /// Whether one look is enough: nothing moves in between, and every hold that Redis has is known.
    private var isConclusive: Bool {
        settlement.settings.traffic == .stopped && settlement.settings.deep
    }

    /// - Returns: the events that one look was not enough for.
    func run(_ page: EventPage, tokens: [[HoldToken]], _ tally: inout RunTally) async throws -> [Suspect] {
        if let emptiness { return try await run(page, beside: emptiness, &tally) }
        let page = try await settlement.looker.look(beside: page, tokens: tokens)
        tally.record(page.clock)
        tally.count(page)
        var suspects: [Suspect] = []
        var settled: [(suspect: Suspect, look: EventLook)] = []
        for (tokens, look) in zip(tokens, page.events) {
            let suspect = Suspect(event: look.plan.event, tokens: tokens)
            if isConclusive || (look.plan.standing == .agrees && !settlement.leavesSomething(look)) {
                settled.append((suspect, look))
            } else {
                suspects.append(suspect)
            }
        }
        suspects += try await settlement.settle(settled.map(\.suspect), settled.map(\.look), &tally).map(\.suspect)
        return suspects
    }

    /// Where Redis was emptied, the fences of the repair ask what a survey would have asked; an event whose key is there
    /// after all is looked at again like any that moved.
    private func run(
        _ page: EventPage, beside emptiness: Emptiness, _ tally: inout RunTally
    ) async throws -> [Suspect] {
        let page = try await settlement.looker.lookAtNothing(beside: page)
        tally.record(page.clock)
        tally.count(page)
        let suspects = page.events.map { look in
            var suspect = Suspect(event: look.plan.event, tokens: [])
            suspect.needsKeyspace = true
            suspect.proof = ReleaseProof(look.plan).map { (at: emptiness.since, shown: $0) }
            return suspect
        }
        return try await settlement.settle(suspects, page.events, &tally)
            .map { Suspect(event: $0.suspect.event, tokens: []) }
    }
}

/// What one page came to; its tally counts also where an error ended it.
struct GlancedPage: Sendable {
    let tally: RunTally
    let suspects: Result<[Suspect], any Error>

    init(_ glance: PageGlance, _ page: EventPage, tokens: [[HoldToken]]) async {
        var tally = RunTally(maxFindings: glance.settlement.settings.maxFindings)
        do {
            suspects = .success(try await glance.run(page, tokens: tokens, &tally))
        } catch {
            suspects = .failure(error)
        }
        self.tally = tally
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
