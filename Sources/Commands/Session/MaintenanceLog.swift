import ArgumentParser
import HoldModel
import Logging
import Output
import RedisStore
import Reporting

/// The file that gets a JSON line about each run.
struct MaintenanceLog: Sendable {
    let path: String
    /// The options of the run, for the log; addresses have no password.
    let options: [String: String]

    /// - Throws: `ValidationError` where the file cannot be opened: a run must not do what the log will not show.
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
    /// - Returns: the report; where the file could not be written, with a failure, which is also said on stderr.
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
    /// The addresses for the maintenance log.
    var recorded: [String: String] {
        ["keyPrefix": printable(Array(keyPrefix.utf8)), "redis": redis.target]
    }
}
