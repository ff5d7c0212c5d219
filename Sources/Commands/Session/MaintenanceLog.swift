import ArgumentParser
import HoldModel
import Logging
import Output
import RedisStore
import Reporting

/// The file that gets a JSON line about each run.
struct MaintenanceLog: Sendable {
    let path: String
    /// What was asked, for the log; addresses carry no password.
    let options: [String: String]

    /// - Throws: `ValidationError` where the file cannot be opened: what a run does without a line here nobody can account for.
    init(path: String, options: [String: String]) throws {
        self.path = path
        self.options = options
        do {
            try AppendedFile(at: path).prepare()
        } catch {
            throw ValidationError("the maintenance log \(printable(Array(path.utf8))) cannot be written: \(error)")
        }
    }

    /// Appends a run.
    ///
    /// - Returns: the report; one of a failure, said on stderr, where the file could not be written.
    func append(_ report: RunReport) -> RunReport {
        do {
            let entry = MaintenanceEntry(report, user: currentUser(), host: currentHost(), options: options)
            try AppendedFile(at: path).append(try entry.line())
            return report
        } catch {
            printError(
                "the maintenance log \(printable(Array(path.utf8))) could not be written: \(error)",
                as: "maintenance log failed")
            return report.with(exitStatus: report.exitStatus.union(.failed))
        }
    }
}

extension ServerAddresses {
    /// Where a run went, for its log.
    var recorded: [String: String] {
        ["keyPrefix": printable(Array(keyPrefix.utf8)), "redis": redis.target]
    }
}
