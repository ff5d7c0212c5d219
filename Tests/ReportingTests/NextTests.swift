import HoldModel
import Reconciliation
import Testing

@testable import Reporting

/// The command that each ending names.
@Suite struct NextTests {
    private func next(
        _ command: String, _ outcomes: [FindingOutcome] = [], executed: Bool = false, status: ExitStatus? = nil,
        error: String? = nil, event: EventID? = EventID("gala"),
        change: (inout RunTally, inout RunScope) -> Void = { _, _ in }
    ) -> String? {
        var (tally, scope) = (RunTally(maxFindings: 9), RunScope())
        for outcome in outcomes { tally.record(Finding(.ttlRace, event: event, outcome: outcome)) }
        change(&tally, &scope)
        return RunReport(
            command: command, startedAt: Timestamp(milliseconds: 0), finishedAt: Timestamp(milliseconds: 0),
            executed: executed, tally: tally, exitStatus: status ?? ExitStatus(tally), error: error, scope: scope
        ).next
    }

    @Test func nothingFollowsACleanRun() {
        #expect(next("check") == nil)
        #expect(next("check", [.noted]) == nil)
        #expect(next("rebuild", executed: true) == nil)
    }

    @Test func aRepairFollowsALookAndIsTriedFirst() {
        #expect(next("check", [.found]) == "hold-reconciler rebuild --holds rebuild")
        #expect(next("rebuild", [.found, .refused]) == "hold-reconciler rebuild --holds rebuild --execute")
        #expect(next("rebuild", [.applied], executed: true) == "hold-reconciler check --deep")
        #expect(next("purge", [.found]) == "hold-reconciler purge --stale --execute")
    }

    @Test func whatIsForPeopleIsLookedAt() {
        #expect(next("check", [.refused, .noted]) == "hold-reconciler inspect gala")
        #expect(next("rebuild", [.applied, .refused], executed: true) == "hold-reconciler inspect gala")
    }

    @Test func whatIsUnclearOrCutShortIsRunAgain() {
        #expect(next("check", [.deferred]) == "hold-reconciler check")
        #expect(next("rebuild", [.moved], executed: true) == "hold-reconciler rebuild --holds rebuild --execute")
        let cut: (inout RunTally, inout RunScope) -> Void = { tally, _ in tally.stoppedBecause = "SIGTERM" }
        #expect(next("rebuild", executed: true, change: cut) == "hold-reconciler rebuild --holds rebuild --execute")
        #expect(
            next("rebuild", executed: true, status: .leaseHeld, error: "busy")
                == "hold-reconciler rebuild --holds rebuild --execute")
    }

    @Test func whetherTheServersAreRightIsAskedFirst() {
        #expect(next("check", status: .failed, error: "no route") == "hold-reconciler doctor")
        #expect(next("check", status: .nothingToLookAt, error: "no event") == "hold-reconciler doctor")
        #expect(
            next("rebuild", [.found], executed: true) { tally, _ in
                (tally.stoppedBecause, tally.needsConsent) = ("too many", true)
            } == "hold-reconciler doctor")
    }

    @Test func itIsAboutTheSamePart() {
        let part: (inout RunTally, inout RunScope) -> Void = { _, scope in
            scope.events = [EventID("gala"), EventID("it's; rm -rf ~\n"), EventID("--execute")]
            scope.traffic = .stopped
            scope.shard = Shard("0/2") ?? .whole
        }
        #expect(
            next("check", [.found], change: part) == "hold-reconciler rebuild --holds rebuild --event gala "
                + #"--event 'it'\''s; rm -rf ~\n' --event '--execute' --shard 0/2 --traffic stopped"#)
        #expect(
            next("rebuild", [.deferred]) { $1.onlyTightens = true }
                == "hold-reconciler rebuild --holds rebuild --only tighten")
    }

    /// A rehearsal with a limit must not lead to a repair without it.
    @Test func itKeepsTheLimits() {
        let limited: (inout RunTally, inout RunScope) -> Void = { _, scope in
            (scope.limits.seats, scope.limits.percent) = (50, 2.5)
            (scope.limits.events, scope.limits.agreedEvents) = (9, 30)
        }
        let limits = "--max-seats 50 --max-percent 2.5 --max-events 9 --yes-change 30"
        #expect(
            next("rebuild", [.found], change: limited) == "hold-reconciler rebuild --holds rebuild \(limits) --execute")
        #expect(next("rebuild", [.applied], executed: true, change: limited) == "hold-reconciler check --deep")
    }

    /// What was agreed to is done with a journal, and what is taken back is what was told.
    @Test func aPlanAndAJournalAreNamed() {
        let file: (inout RunTally, inout RunScope) -> Void = { _, scope in scope.file = "a.plan" }
        #expect(next("plan", [.found], change: file) == "hold-reconciler apply a.plan")
        #expect(
            next("apply", [.found], change: file) == "hold-reconciler apply a.plan --execute --journal a.plan.journal")
        #expect(next("apply", [.moved], executed: true, change: file) == "hold-reconciler plan -o a.plan.new")
        #expect(next("undo", [.found, .refused], change: file) == "hold-reconciler undo a.plan --execute")
        for outcome in [FindingOutcome.refused, .moved] {
            #expect(next("undo", [outcome], change: file) == "hold-reconciler check --deep")
        }
        #expect(next("undo", [.deferred], executed: true, change: file) == "hold-reconciler undo a.plan --execute")
        #expect(next("undo", change: file) == nil)
        let cut: (inout RunTally, inout RunScope) -> Void = { tally, scope in
            (tally.stoppedBecause, scope.file) = ("SIGTERM", "a.plan")
        }
        #expect(next("apply", executed: true, change: cut) == "hold-reconciler apply a.plan --execute")
        #expect(next("plan", change: cut) == "hold-reconciler plan -o a.plan")
    }

    /// A rehearsal that was told to keep a journal must not lead to a repair without one.
    @Test func itKeepsTheJournal() {
        let kept: (inout RunTally, inout RunScope) -> Void = { _, scope in scope.journal = "journals" }
        #expect(
            next("rebuild", [.found], change: kept)
                == "hold-reconciler rebuild --holds rebuild --execute --journal journals")
        #expect(
            next("rebuild", [.moved], executed: true, change: kept)
                == "hold-reconciler rebuild --holds rebuild --execute --journal journals")
    }

    /// What takes all holds away is looked at before each time, and says how many there were.
    @Test func aPurgeOfAllHoldsSaysHowMany() {
        let all: (inout RunTally, inout RunScope) -> Void = { tally, scope in
            tally.scanned.indexMembers = 12
            scope.purgesAll = true
        }
        #expect(next("purge", [.found], change: all) == "hold-reconciler purge --all --execute --expect 12")
        let holds: (inout RunTally, inout RunScope) -> Void = { tally, scope in
            tally.scanned.indexMembers = 12
            scope.holds = .purge
        }
        #expect(
            next("rebuild", [.found], change: holds) == "hold-reconciler rebuild --holds purge --execute --expect 12")
        #expect(next("rebuild", [.moved], executed: true, change: holds) == "hold-reconciler rebuild --holds purge")
    }
}
