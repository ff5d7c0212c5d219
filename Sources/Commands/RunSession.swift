import ArgumentParser
import HoldModel
import PostgresSource
import Reconciliation
import RedisStore
import Reporting

/// One run as a command: connects, works, prints the report, writes the maintenance log, sets the exit status.
struct RunSession {
    let command: String
    let servers: ServerOptions
    let output: OutputOptions
    let executes: Bool
    let settings: RunSettings

    /// - Throws: `ExitCode`, and `ValidationError` for options that cannot be used.
    func run(_ work: (Servers, @escaping ProgressSink) async throws -> RunTally) async throws {
        let startedAt = currentTime()
        let progress = ProgressPrinter()
        var tally = RunTally(maxFindings: output.maxFindings)
        var status = ExitStatus()
        var failure: String?
        do {
            tally = try await withStopSignals(settings.stop) {
                try await Servers.with(
                    servers, executes: executes, shard: settings.shard, scriptBudget: settings.scriptBudget
                ) { servers in
                    try await work(servers, { progress.show($0) })
                }
            }
            status = ExitStatus(tally)
        } catch let error as ValidationError {
            throw error
        } catch let run as InterruptedRun {
            tally = run.tally
            status = ExitStatus(run.cause).union(ExitStatus(tally))
            failure = String(describing: run.cause)
        } catch {
            status = ExitStatus(error)
            failure = String(describing: error)
        }
        progress.finish()
        let report = RunReport(
            command: command, startedAt: startedAt, finishedAt: currentTime(), executed: executes,
            shard: settings.shard, tally: tally, exitStatus: status, error: failure)
        try finish(report)
    }

    private func finish(_ report: RunReport) throws {
        var report = report
        if let path = output.maintenanceLog {
            do {
                let entry = MaintenanceEntry(
                    report, user: currentUser(), host: currentHost(), options: recordedOptions)
                try appendLine(try entry.line(), toFileAt: path)
            } catch {
                printError("the maintenance log \(path) could not be written: \(error)")
                report = report.with(exitStatus: report.exitStatus.union(.failed))
            }
        }
        if let error = report.error { printError(error) }
        var status = report.exitStatus
        switch output.format {
        case .json: status.formUnion(printResult(try report.json() + "\n"))
        // A run that did not start has nothing to tabulate; its error says all.
        case .table:
            if report.error == nil || !report.tally.byOutcome.isEmpty { status.formUnion(printResult(report.table())) }
        }
        if status != [] { throw ExitCode(status.rawValue) }
    }

    /// What was asked, for the log; addresses carry no password.
    private var recordedOptions: [String: String] {
        var options = ["keyPrefix": printable(servers.keySpace().prefix), "format": output.format.rawValue]
        if let redis = try? servers.redisSettings() { options["redis"] = redis.target }
        return options
    }
}
