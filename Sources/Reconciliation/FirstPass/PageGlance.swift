import HoldModel
import PostgresSource
import RedisStore

/// The first look at a page: what agrees is done with, and nearly every event does.
struct PageGlance: Sendable {
    /// What one page came to.
    struct Shown: Sendable {
        /// The events that one look was not enough for.
        var suspects: [Suspect] = []
        /// Where holds are awaited, what was met of each event.
        var met: [MetEvent] = []
        /// Events of a page that is brief which were read again.
        var readAgain = 0
    }

    let settlement: EventSettlement
    /// What is done instead where Redis was emptied.
    var creation: PageCreation?
    /// Whether holds may be there that this look does not know, since they are left to the walk that it is part of.
    var isAwaiting = false

    func run(_ page: EventPage, tokens: [[HoldToken]], _ tally: inout RunTally) async throws -> Shown {
        if let creation {
            if let suspects = try await creation.run(page, &tally) { return Shown(suspects: suspects) }
            // A run that is to end has not looked at this page.
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
            case .look(let look, let strangers):
                if page.detail == .brief { shown.readAgain += 1 }
                tally.count(look)
                settlement.disputes.take(look.plan)
                // Where holds are awaited, the census keeps what was asked for.
                var suspect = Suspect(event: look.plan.event, tokens: isAwaiting ? [] : look.request.tokens)
                suspect.isAbsent = look.isOfNothing
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

    /// Where a hold may come to be known later, notes wait as well: they are told once. So they do where SQL may be older than
    /// Redis.
    private func isSettled(_ look: EventLook) -> Bool {
        look.plan.standing == .agrees && !settlement.leavesSomething(look)
            && (!isAwaiting && !settlement.settings.readsStandby || look.plan.findings.isEmpty)
    }
}

/// What one page came to; its tally counts also where an error ended it.
struct GlancedPage: Sendable {
    let tally: RunTally
    /// Of its rows, in bytes.
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
        scanned.events += 1
        scanned.categories += table.events[event].categories.count
        scanned.orders += table.events[event].orders.count
        scanned.count(holds)
    }

    fileprivate mutating func count(_ look: EventLook) {
        scanned.events += 1
        scanned.categories += look.snapshot.categories.count
        scanned.orders += look.snapshot.orders.count
        scanned.count(look.survey.holds)
    }
}

extension EventLook {
    /// Whether Redis has no key of the event, and all there is to do is to write them. A member that must go, or get another
    /// score, is for a plan: the cleaner must not find it beside the hash that is written.
    fileprivate var isOfNothing: Bool {
        guard !survey.inventory.isEmpty, survey.inventory.allSatisfy({ $0 == .absent }),
            survey.holds.allSatisfy({ $0.state == .absent }), plan.standing == .differs
        else { return false }
        var scores: [HoldToken: Int64] = [:]
        for change in plan.holds {
            guard case .replace = change.hash, case .score(let score) = change.index else { return false }
            scores[change.token] = score
        }
        return survey.holds.allSatisfy { hold in
            if case .noMember = hold.score { return true }
            return hold.score.seconds != nil && hold.score.seconds == scores[hold.token]
        }
    }

    /// The tokens that this look has shown to be of no other event.
    fileprivate func tokens(but strangers: [HoldToken]) -> [HoldToken] {
        if strangers.isEmpty { return request.tokens }
        let others = Set(strangers)
        return request.tokens.filter { !others.contains($0) }
    }
}
