import HoldModel
import Logging
import Reconciliation
import Reporting

/// Tells the log and Application Insights of a run that has ended; its result and its exit status are settled before.
struct RunAnnouncement {
    let report: RunReport
    var environment = Environment.current

    /// Takes no longer than the time that telemetry is given, and fails in nothing but a line of the log.
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
