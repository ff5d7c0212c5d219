import ArgumentParser
import HoldModel
import Logging
import Output
import Reconciliation
import RedisStore
import Reporting
import Telemetry

/// Does one run as a command: works, prints the report, writes the maintenance log, sets the exit status.
struct RunSession {
    let order: RunOrder
    let servers: ServerOptions
    let output: OutputOptions

    /// - Throws: `ExitCode`, and `ValidationError` for options that cannot be used.
    func run() async throws {
        let addresses = try servers.addresses()
        let progress = ProgressPrinter()
        var order = order
        order.settings.maxFindings = output.maxFindings
        let given = order
        let log = try output.maintenanceLog.map {
            try MaintenanceLog(
                path: $0, options: addresses.recorded.merging(["format": output.format.rawValue]) { $1 })
        }
        // A signal that comes while the report is printed must not cut it short.
        try await withStopSignals(order.settings.stop) {
            let report = await given.report(on: addresses, notice: Self.tell) { progress.show($0) }
            progress.finish()
            try await finish(log?.append(report) ?? report)
        }
    }

    /// Says a warning to people; in JSON it comes with the other warnings, at the end.
    private static func tell(_ warning: String) {
        if ProgramLog.format == .text {
            ProgramLog.tell(.warning, "run has a warning", ["warning": .string(warning)], warning)
        }
    }

    private func finish(_ report: RunReport) async throws {
        // In JSON it comes with the other warnings.
        if let standby = report.tally.standby, ProgramLog.format == .text {
            ProgramLog.tell(.warning, "SQL is a standby", [:], standby.warning)
        }
        if let error = report.error { printError(error, as: "run failed") }
        var status = report.exitStatus
        switch output.format {
        case .json: status.formUnion(printResult(try report.json().asLine))
        // A run that did not start has no table; its error says all.
        case .table:
            if report.error == nil || !report.tally.byOutcome.isEmpty {
                status.formUnion(printResult(report.table(width: TerminalWidth.ofStdout())))
            }
        }
        await RunAnnouncement(report: report.with(exitStatus: status)).make()
        if status != [] { throw ExitCode(status.rawValue) }
    }
}
