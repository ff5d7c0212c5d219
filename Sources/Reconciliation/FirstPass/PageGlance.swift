import HoldModel
import PostgresSource
import RedisStore

/// Does the first look at a page. Nearly every event agrees, and is done then.
struct PageGlance: Sendable {
    /// The result of one page.
    struct Shown: Sendable {
        /// The events that one look was not enough for.
        var suspects: [Suspect] = []
        /// Where tokens wait for the walk over SQL, those that were read of each event.
        var met: [MetEvent] = []
        /// How many events of a brief page were read again.
        var readAgain = 0
    }

    let settlement: EventSettlement
    /// The refill, which is done instead where Redis was emptied.
    var creation: PageCreation?
    /// Whether tokens wait for this walk, so that there may be holds that this look does not know.
    var isAwaiting = false

    func run(_ page: EventPage, tokens: [[HoldToken]], _ tally: inout RunTally) async throws -> Shown {
        if let creation {
            if let suspects = try await creation.run(page, &tally) { return Shown(suspects: suspects) }
            // A run that must end has not looked at this page.
            if settlement.settings.stop.cause != nil { return Shown() }
        }
        let glanced = try await settlement.looker.glance(
            beside: page, tokens: tokens, telling: isAwaiting ? .besideIndex : .itself)
        tally.record(page.clock)
        var shown = Shown()
        var settled: [(suspect: Suspect, look: EventLook)] = []
        for event in glanced {
            switch event {
            case .agrees(let place, let holds, let scores, let unexplained):
                tally.countAgreeing(place, of: page.table, holds: holds)
                if isAwaiting {
                    shown.met.append(MetEvent(place, of: page.table, scores: scores, unexplained: unexplained))
                }
            case .absent(let place, let tokens):
                tally.count(place, of: page.table)
                var suspect = Suspect(event: page.event(at: place), tokens: isAwaiting ? [] : tokens)
                (suspect.isAbsent, suspect.mayChangeCounts) = (true, false)
                shown.suspects.append(suspect)
                if isAwaiting { shown.met.append(MetEvent(suspect.event, asked: tokens, own: tokens)) }
            case .look(let look, let strangers):
                if page.detail == .brief { shown.readAgain += 1 }
                tally.count(look)
                settlement.disputes.take(look.plan)
                // Where holds are awaited, the census keeps what was asked for.
                var suspect = Suspect(event: look.plan.event, tokens: isAwaiting ? [] : look.request.tokens)
                suspect.mayChangeCounts = look.plan.standing != .differs || look.plan.changesCounts
                if isSettled(look) {
                    settled.append((suspect, look))
                } else {
                    shown.suspects.append(suspect)
                }
                if isAwaiting {
                    let own = look.tokens(but: strangers)
                    shown.met.append(MetEvent(look.plan.event, asked: look.request.tokens, own: own))
                }
            }
        }
        shown.suspects += try await settlement.settle(settled.map(\.suspect), settled.map(\.look), &tally)
        return shown
    }

    /// Whether a look needs no other one. Notes wait as well, since they come once: while a hold may still become
    /// known, and where SQL may be older than Redis.
    private func isSettled(_ look: EventLook) -> Bool {
        look.plan.standing == .agrees && !settlement.leavesSomething(look)
            && (!isAwaiting && !settlement.settings.readsStandby || look.plan.findings.isEmpty)
    }
}

/// The result of one page; its tally counts even where an error ended it.
struct GlancedPage: Sendable {
    let tally: RunTally
    /// The size of its rows, in bytes.
    let size: Int
    let events: Int
    let detail: PageDetail
    let shown: Result<PageGlance.Shown, any Error>

    init(_ glance: PageGlance, _ page: EventPage, tokens: [[HoldToken]]) async {
        var tally = RunTally(maxFindings: glance.settlement.settings.maxFindings)
        do {
            shown = .success(try await glance.run(page, tokens: tokens, &tally))
        } catch {
            shown = .failure(error)
        }
        self.tally = tally
        size = page.table.size
        events = page.table.events.count
        detail = page.detail
    }
}

extension RunTally {
    fileprivate mutating func countAgreeing(_ event: Int, of table: SnapshotTable, holds: [HoldStatus: Int]) {
        unchanged += 1
        count(event, of: table)
        scanned.count(holds)
    }

    fileprivate mutating func count(_ event: Int, of table: SnapshotTable) {
        scanned.events += 1
        scanned.categories += table.events[event].categories.count
        scanned.orders += table.events[event].orders.count
    }

    fileprivate mutating func count(_ look: EventLook) {
        scanned.events += 1
        scanned.categories += look.snapshot.categories.count
        scanned.orders += look.snapshot.orders.count
        scanned.count(look.survey.holds)
    }
}

extension EventLook {
    /// Returns the tokens that belong to no other event.
    fileprivate func tokens(but strangers: [HoldToken]) -> [HoldToken] {
        if strangers.isEmpty { return request.tokens }
        let others = Set(strangers)
        return request.tokens.filter { !others.contains($0) }
    }
}
