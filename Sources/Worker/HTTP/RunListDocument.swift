import HoldModel
import Output
import Reporting

/// The JSON document of the runs that are kept, the oldest first, and the one under way.
struct RunListDocument: Encodable {
    struct Entry: Encodable {
        let id: String
        let job: String
        let origin: String
        let state: String
        let result: String?
        let exitStatus: Int32?
        let startedAt: String?
        let finishedAt: String?
    }

    let runs: [Entry]

    init(_ book: RunBook) {
        let ended = book.endedRuns.map { run in
            Entry(
                id: "\(run.id)", job: run.job.rawValue, origin: run.origin.rawValue, state: "ended",
                result: run.result.rawValue, exitStatus: run.report.exitStatus.rawValue,
                startedAt: run.report.startedAt.iso8601, finishedAt: run.report.finishedAt.iso8601)
        }
        let current = book.current.map { run in
            Entry(
                id: "\(run.id)", job: run.job.rawValue, origin: run.origin.rawValue, state: "running", result: nil,
                exitStatus: nil, startedAt: nil, finishedAt: nil)
        }
        runs = ended + [current].compactMap(\.self)
    }

    func json() throws -> Printed {
        try Printed(json: self, isPretty: true, atMost: Printed.longestField)
    }
}
