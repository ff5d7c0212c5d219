import HoldModel
import Reconciliation
package import Reporting

extension CustomEvent {
    /// The name of a run's event; the platform's own is `HoldCleanupRun`.
    package static let runName = "HoldReconcileRun"

    /// Makes the event of a run, with everything that a dashboard may want to sum or filter by.
    package init(run report: RunReport, trace: TraceContext) {
        var properties = [
            "command": report.command, "exitStatus": String(report.exitStatus.rawValue),
            "executed": report.executed ? "true" : "false", "startedAt": report.startedAt.iso8601,
            "finishedAt": report.finishedAt.iso8601,
        ]
        properties["error"] = report.error
        properties["stoppedBecause"] = report.tally.stoppedBecause
        properties["shard"] = report.shard.isWhole ? nil : report.shard.description
        self.init(
            name: Self.runName, time: report.finishedAt, properties: properties,
            measurements: Self.measurements(report), trace: trace)
    }

    private static func measurements(_ report: RunReport) -> [String: Double] {
        let tally = report.tally
        var numbers: [String: Double] = [
            "exitStatus": Double(report.exitStatus.rawValue),
            "durationMs": Double(report.finishedAt.milliseconds - report.startedAt.milliseconds),
            "eventsScanned": Double(tally.scanned.events), "categoriesScanned": Double(tally.scanned.categories),
            "ordersScanned": Double(tally.scanned.orders), "holdsScanned": Double(tally.scanned.holds),
            "indexMembersScanned": Double(tally.scanned.indexMembers),
            "findings": tally.byCause.values.reduce(0) { $0 + Double($1.count) },
            "seats": tally.byCause.values.reduce(0) { $0 + Double($1.seats) },
            "oversoldSeats": Double(tally.oversoldSeats), "unchanged": Double(tally.unchanged),
            "differing": Double(tally.differing), "applied": Double(tally.applied), "moved": Double(tally.moved),
            "deferred": Double(tally.deferred), "refused": Double(tally.refused), "unknown": Double(tally.unknown),
            "verified": Double(tally.verified),
        ]
        for (cause, total) in tally.byCause {
            numbers["findings.\(cause.rawValue)"] = Double(total.count)
            numbers["seats.\(cause.rawValue)"] = Double(total.seats)
        }
        // The names of `HoldCleanupRun`, so that one chart shows both.
        if let cleanup = tally.cleanup {
            numbers["total"] = Double(cleanup.total)
            numbers["released"] = Double(cleanup.released)
            numbers["skipped"] = Double(cleanup.skipped)
            numbers["errors"] = Double(cleanup.errors)
        }
        return numbers
    }
}
