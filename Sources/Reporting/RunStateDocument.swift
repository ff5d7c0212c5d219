import HoldModel
package import Output
import PostgresSource
import Reconciliation

/// The JSON document about one of a worker's runs, under way or over.
package struct RunStateDocument: Encodable {
    let id: String
    let job: String
    let origin: String
    /// `running` or `ended`.
    let state: String
    let result: OrNull<String>
    let report: OrNull<RunDocument>

    /// - Parameter report: `nil` while the run is under way.
    package init(id: String, job: String, origin: String, report: RunReport?) {
        self.id = id
        self.job = job
        self.origin = origin
        state = report == nil ? "running" : "ended"
        result = OrNull(report.map { RunResult($0).rawValue })
        self.report = OrNull(report.map { RunDocument($0, findings: $0.tally.findings) })
    }

    package func json() throws -> Printed {
        try Printed(json: self, isPretty: true)
    }
}
