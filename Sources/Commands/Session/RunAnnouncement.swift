import HoldModel
import Logging
import Reconciliation
import Reporting

/// Tells the log and Application Insights about a run that has ended. Its result and its exit status do not depend on
/// this.
struct RunAnnouncement {
    let report: RunReport
    var environment = Environment.current

    /// Sends the announcement, within the time limit of telemetry. A failure is only a line in the log.
    func make() async {
        tellLog()
        guard let channel = EventChannel(environment) else { return }
        channel.record(report)
        await channel.flush()
    }

    private func tellLog() {
        for warning in report.tally.warnings {
            ProgramLog.tellPrograms(.warning, "run has a warning", ["warning": .string(warning)])
        }
        ProgramLog.tellPrograms(
            .info, "run finished",
            [
                "command": .string(report.command), "exitStatus": .stringConvertible(report.exitStatus.rawValue),
                "executed": .stringConvertible(report.executed),
                "durationMs": .stringConvertible(report.finishedAt.milliseconds - report.startedAt.milliseconds),
            ])
    }
}
