package import ChangeFiles
package import HoldModel
package import PostgresSource

/// The sums of what a run saw and did; the report is made of them.
package struct RunTally: Sendable {
    package struct Scanned: Sendable, Equatable {
        package var events = 0
        package var categories = 0
        package var orders = 0
        /// How many hold hashes exist.
        package var holds = 0
        package var indexMembers = 0
        /// Holds that no order names, where they are read by themselves.
        package var carts = 0
        /// The number of whole hashes, by status.
        package var byStatus: [HoldStatus: Int] = [:]

        /// Counts the rows of a table.
        mutating func count(_ table: SnapshotTable) {
            events += table.events.count
            categories += table.categories.count
            orders += table.orders.count
        }

        /// Counts whole hashes.
        mutating func count(_ surveyed: [HoldStatus: Int]) {
            for (status, count) in surveyed {
                holds += count
                byStatus[status, default: 0] += count
            }
        }

        /// Counts the holds of a survey.
        mutating func count(_ surveyed: [HoldSurvey]) {
            for hold in surveyed {
                switch hold.state {
                case .absent, .foreign: continue
                case .whole(let whole): byStatus[whole.status, default: 0] += 1
                case .zombie, .malformed: break
                }
                holds += 1
            }
        }
    }

    package struct CauseTotal: Sendable, Equatable {
        package var count = 0
        package var seats: Int64 = 0
    }

    package var scanned = Scanned()
    package private(set) var findings: [Finding] = []
    package private(set) var byCause: [Cause: CauseTotal] = [:]
    /// The totals by cause without findings that are noted for people, which are no drift.
    package private(set) var driftByCause: [Cause: CauseTotal] = [:]
    package private(set) var byOutcome: [FindingOutcome: Int] = [:]
    package private(set) var oversoldSeats: Int64 = 0
    /// Events, or entries of the index in a purge, by what became of them.
    package var unchanged = 0
    /// Those that differ, in a run that may not write.
    package var differing = 0
    /// Those of them of which counts would be changed that Redis has.
    var changing = 0
    package var applied = 0
    package var moved = 0
    package var deferred = 0
    package var refused = 0
    /// Where what was changed is kept; `nil` where nothing was, or no journal was asked for.
    package var journal: String?
    /// The totals of the plan that was made or applied.
    package var plan: PlanHeader.Totals?
    /// Changes that would be right, and that the approved plan does not have.
    package var beside = 0
    /// Those whose repair had begun when an error ended the run. Their findings say how much of it was written.
    package var unknown = 0
    /// What a purge did; `nil` for every other run.
    package var cleanup: CleanupCounts?
    /// The route of the run; `nil` where it ended before it could choose, and in a purge.
    package var route: RunRoute?
    /// Why the run ended before it had seen everything, in words.
    package var stoppedBecause: String?
    /// Whether it ended since it would have changed more than its operator has agreed to.
    package var needsConsent = false
    /// Warnings for people about the run as a whole.
    package var warnings: [String] = []
    /// Applied events that were looked at again afterwards and agreed.
    package var verified = 0
    /// How far SQL had come when the run began, where it is a hot standby.
    package var standby: StandbyReplay?
    /// What the drift has cost.
    package internal(set) var bill: DriftBill
    package private(set) var firstSnapshot: SnapshotClock?
    package private(set) var lastSnapshot: SnapshotClock?

    private let maxFindings: Int

    package init(maxFindings: Int) {
        self.maxFindings = maxFindings
        bill = DriftBill(maxEvents: maxFindings)
    }

    package mutating func record(_ finding: Finding) {
        let total = CauseTotal(count: 1, seats: finding.seats)
        add([finding.cause: total], to: &byCause)
        if finding.outcome != .noted { add([finding.cause: total], to: &driftByCause) }
        byOutcome[finding.outcome, default: 0] += 1
        if finding.cause == .oversold, finding.outcome == .noted { add(finding.seats, to: &oversoldSeats) }
        if findings.count < maxFindings { findings.append(finding) }
    }

    /// Records findings of one cause and outcome by their number alone, where the report has no room for more.
    ///
    /// - Parameter total: their number and their seats.
    mutating func record(_ total: CauseTotal, of cause: Cause, as outcome: FindingOutcome) {
        add([cause: total], to: &byCause)
        if outcome != .noted { add([cause: total], to: &driftByCause) }
        byOutcome[outcome, default: 0] += total.count
    }

    /// How many more findings are kept.
    var room: Int { max(maxFindings - findings.count, 0) }

    package mutating func record(_ clock: SnapshotClock) {
        if firstSnapshot.map({ clock.time < $0.time }) ?? true { firstSnapshot = clock }
        if lastSnapshot.map({ clock.time >= $0.time }) ?? true { lastSnapshot = clock }
    }

    package mutating func merge(_ other: RunTally) {
        scanned.events += other.scanned.events
        scanned.categories += other.scanned.categories
        scanned.orders += other.scanned.orders
        scanned.holds += other.scanned.holds
        scanned.indexMembers += other.scanned.indexMembers
        scanned.carts += other.scanned.carts
        scanned.byStatus.merge(other.scanned.byStatus, uniquingKeysWith: +)
        add(other.byCause, to: &byCause)
        add(other.driftByCause, to: &driftByCause)
        byOutcome.merge(other.byOutcome, uniquingKeysWith: +)
        findings.append(contentsOf: other.findings.prefix(max(maxFindings - findings.count, 0)))
        add(other.oversoldSeats, to: &oversoldSeats)
        bill.merge(other.bill)
        unchanged += other.unchanged
        differing += other.differing
        changing += other.changing
        applied += other.applied
        moved += other.moved
        deferred += other.deferred
        refused += other.refused
        unknown += other.unknown
        beside += other.beside
        verified += other.verified
        if let counts = other.cleanup { cleanup = cleanup.map { $0.adding(counts) } ?? counts }
        stoppedBecause = stoppedBecause ?? other.stoppedBecause
        warnings += other.warnings
        standby = standby ?? other.standby
        route = route ?? other.route
        for clock in [other.firstSnapshot, other.lastSnapshot] { clock.map { record($0) } }
    }

    /// How many findings that a repair could act on are still there.
    package var driftLeft: Int {
        (byOutcome[.found] ?? 0) + (byOutcome[.refused] ?? 0)
    }

    private func add(_ totals: [Cause: CauseTotal], to sums: inout [Cause: CauseTotal]) {
        for (cause, total) in totals {
            sums[cause, default: CauseTotal()].count += total.count
            add(total.seats, to: &sums[cause, default: CauseTotal()].seats)
        }
    }

    /// Adds seats to a sum. An overflow must not stop a run, so the sum then stays at the largest number there is.
    private func add(_ seats: Int64, to total: inout Int64) {
        let (sum, overflow) = total.addingReportingOverflow(seats)
        total = overflow ? .max : sum
    }
}
