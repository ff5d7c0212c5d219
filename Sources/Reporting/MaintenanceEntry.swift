import HoldModel
package import Output
import PostgresSource
import Reconciliation

/// One line of the maintenance log: who did what to which platform, and what came of it.
package struct MaintenanceEntry: Sendable {
    private let report: RunReport
    private let user: String
    private let host: String
    private let options: [String: String]

    /// - Parameter options: the run's options by name, without secrets.
    package init(_ report: RunReport, user: String, host: String, options: [String: String]) {
        self.report = report
        self.user = user
        self.host = host
        self.options = options
    }

    /// Returns the line, without a line feed.
    package func line() throws -> Printed {
        try Printed(
            json: Document(who: user, host: host, options: options, report), isPretty: false,
            atMost: Printed.longestField)
    }

    private struct Document: Encodable {
        let who: String
        let host: String
        let command: String
        let options: [String: String]
        let executed: Bool
        let shard: OrNull<String>
        let startedAt: String
        let finishedAt: String
        let snapshot: RunDocument.Snapshot
        let scanned: RunDocument.Scanned
        let totals: RunDocument.Totals
        let exitStatus: Int32
        let error: OrNull<String>

        init(who: String, host: String, options: [String: String], _ report: RunReport) {
            self.who = who
            self.host = host
            self.options = options
            command = report.command
            executed = report.executed
            shard = OrNull(report.shard.isWhole ? nil : report.shard.description)
            startedAt = report.startedAt.iso8601
            finishedAt = report.finishedAt.iso8601
            snapshot = RunDocument.Snapshot(report.tally)
            scanned = RunDocument.Scanned(report.tally.scanned)
            totals = RunDocument.Totals(report.tally)
            exitStatus = report.exitStatus.rawValue
            error = OrNull(report.error)
        }
    }
}
