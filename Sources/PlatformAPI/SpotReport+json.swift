import HoldModel
package import Output

extension SpotReport {
    /// The report as one JSON document (`--format json`); every name is always there.
    package func json() throws -> Printed {
        try Printed(json: Document(self), isPretty: true)
    }

    private struct Document: Encodable {
        struct Line: Encodable {
            let subject: String
            let result: String
            let detail: String
        }

        let command = "verify-api"
        let api: String
        let event: String
        let category: String
        let quantity: Int64
        let requester: String
        let traceId: String
        let exitStatus: Int32
        let differs: Bool
        let lines: [Line]
        let placed: [String]
        let givenBack: [String]
        let errors: [String]
        /// Why the check was given up early; empty where it was not.
        let stoppedBecause: String

        init(_ report: SpotReport) {
            api = report.api
            event = report.asked.event
            category = report.asked.category
            quantity = report.asked.quantity
            requester = report.asked.requester
            traceId = report.traceID
            exitStatus = report.exitStatus
            differs = report.differs
            lines = report.lines.map { Line(subject: $0.subject, result: $0.result.rawValue, detail: $0.words) }
            placed = report.placed.sorted().map(\.description)
            givenBack = report.givenBack.sorted().map(\.description)
            errors = report.errors
            stoppedBecause = report.stoppedBecause ?? ""
        }
    }
}
