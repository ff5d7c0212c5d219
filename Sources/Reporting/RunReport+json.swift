import ChangeFiles
import HoldModel
package import Output
import PostgresSource
import Reconciliation

extension RunReport {
    /// The report as one JSON document (`--format json`).
    package func json() throws -> Printed {
        try Printed(json: RunDocument(self, findings: tally.findings), isPretty: true)
    }
}

/// The JSON document of a report. Every name is always there, `null` where it has no value, so that readers need not
/// tell a missing name from a mistyped one.
struct RunDocument: Encodable {
    struct Snapshot: Encodable {
        let firstAt: OrNull<String>
        let lastAt: OrNull<String>
        let lsn: OrNull<String>
        /// Whether SQL is a hot standby, and how far behind it said it was when the run began.
        let isStandby: Bool
        let standbySecondsBehind: OrNull<Double>

        init(_ tally: RunTally) {
            firstAt = OrNull(tally.firstSnapshot?.time.iso8601)
            lastAt = OrNull(tally.lastSnapshot?.time.iso8601)
            lsn = OrNull(tally.lastSnapshot?.lsn)
            isStandby = tally.standby != nil
            standbySecondsBehind = OrNull(tally.standby?.secondsBehind)
        }
    }

    struct Route: Encodable {
        let firstPass: String
        let indexWalk: String
        let walksKeyspace: Bool
        let reason: String

        init(_ route: RunRoute) {
            firstPass = route.firstPass.rawValue
            indexWalk = route.indexWalk.rawValue
            walksKeyspace = route.walksKeyspace
            reason = route.reason
        }
    }

    struct Scanned: Encodable {
        let events: Int
        let categories: Int
        let orders: Int
        let holds: Int
        let indexMembers: Int
        let carts: Int

        init(_ scanned: RunTally.Scanned) {
            events = scanned.events
            categories = scanned.categories
            orders = scanned.orders
            holds = scanned.holds
            indexMembers = scanned.indexMembers
            carts = scanned.carts
        }
    }

    struct CauseTotal: Encodable {
        let count: Int
        let seats: Int64
    }

    struct Totals: Encodable {
        let byCause: [String: CauseTotal]
        let oversoldSeats: Int64
        let unchanged: Int
        let differing: Int
        let applied: Int
        let moved: Int
        let deferred: Int
        let refused: Int
        let unknown: Int
        let verified: Int

        init(_ tally: RunTally) {
            byCause = Dictionary(
                uniqueKeysWithValues: tally.byCause.map { cause, total in
                    (cause.rawValue, CauseTotal(count: total.count, seats: total.seats))
                })
            oversoldSeats = tally.oversoldSeats
            unchanged = tally.unchanged
            differing = tally.differing
            applied = tally.applied
            moved = tally.moved
            deferred = tally.deferred
            refused = tally.refused
            unknown = tally.unknown
            verified = tally.verified
        }
    }

    struct Plan: Encodable {
        let events: Int64
        let categories: Int64
        let holds: Int64
        let others: Int64
        let seatsOnSale: Int64
        let seatsOffSale: Int64
        /// Differences that the applied plan does not have.
        let beside: Int

        init(_ totals: PlanHeader.Totals, _ tally: RunTally) {
            events = totals.events
            categories = totals.categories
            holds = totals.holds
            others = totals.others
            seatsOnSale = totals.seatsOnSale
            seatsOffSale = totals.seatsOffSale
            beside = tally.beside
        }
    }

    let command: String
    let exitStatus: Int32
    let error: OrNull<String>
    /// Why the run ended before it had seen everything.
    let stoppedBecause: OrNull<String>
    /// The command that a person would run now; `null` where nothing is left to do.
    let next: OrNull<String>
    let warnings: [String]
    let startedAt: String
    let finishedAt: String
    let executed: Bool
    /// `I/N` where the run did one shard's part; else `null`.
    let shard: OrNull<String>
    let snapshot: Snapshot
    let route: OrNull<Route>
    let scanned: Scanned
    let findings: [FindingDocument]
    let totals: Totals
    /// The file that keeps what was changed; `null` without one.
    let journal: OrNull<String>
    /// The totals of the plan that was made or applied; `null` without one.
    let plan: OrNull<Plan>
    /// What the drift has cost; `null` for a purge, which counts holds.
    let bill: OrNull<BillDocument>

    init(_ report: RunReport, findings: [Finding]) {
        command = report.command
        exitStatus = report.exitStatus.rawValue
        error = OrNull(report.error)
        stoppedBecause = OrNull(report.tally.stoppedBecause)
        next = OrNull(report.next)
        warnings = report.tally.warnings.map { told($0) }
        startedAt = report.startedAt.iso8601
        finishedAt = report.finishedAt.iso8601
        executed = report.executed
        shard = OrNull(report.shard.isWhole ? nil : report.shard.description)
        snapshot = Snapshot(report.tally)
        route = OrNull(report.tally.route.map { Route($0) })
        scanned = Scanned(report.tally.scanned)
        var room = LongTexts()
        self.findings = findings.map { FindingDocument($0, &room) }
        totals = Totals(report.tally)
        journal = OrNull(report.tally.journal)
        plan = OrNull(report.tally.plan.map { Plan($0, report.tally) })
        bill = OrNull(
            report.tally.cleanup == nil ? BillDocument(report.tally.bill, at: report.finishedAt) : nil)
    }
}
