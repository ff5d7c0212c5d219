import HoldModel

/// The first look at a page: what agrees is done with, and nearly every event does.
struct PageGlance: Sendable {
    let settlement: EventSettlement

    /// Whether one look is enough: nothing moves in between, and every hold that Redis has is known.
    private var isConclusive: Bool {
        settlement.settings.traffic == .stopped && settlement.settings.deep
    }

    /// - Returns: the events that one look was not enough for.
    func run(_ events: [EventID], tokens: [[HoldToken]], _ tally: inout RunTally) async throws -> [Suspect] {
        let page = try await settlement.looker.look(at: events, tokens: tokens)
        tally.record(page.clock)
        tally.count(page)
        var suspects: [Suspect] = []
        var settled: [(suspect: Suspect, look: EventLook)] = []
        for (tokens, look) in zip(tokens, page.events) {
            let suspect = Suspect(event: look.plan.event, tokens: tokens)
            if isConclusive || look.plan.standing == .agrees {
                settled.append((suspect, look))
            } else {
                suspects.append(suspect)
            }
        }
        suspects += try await settlement.settle(settled.map(\.suspect), settled.map(\.look), &tally).map(\.suspect)
        return suspects
    }
}

/// What one page came to; its tally counts also where an error ended it.
struct GlancedPage: Sendable {
    let tally: RunTally
    let suspects: Result<[Suspect], any Error>

    init(_ glance: PageGlance, _ events: [EventID], tokens: [[HoldToken]]) async {
        var tally = RunTally(maxFindings: glance.settlement.settings.maxFindings)
        do {
            suspects = .success(try await glance.run(events, tokens: tokens, &tally))
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
