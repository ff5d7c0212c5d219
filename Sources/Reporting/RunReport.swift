package import HoldModel
package import Reconciliation
package import RedisStore

/// Everything that is reported of one run; each output is made of this one value.
package struct RunReport: Sendable {
    /// The command as it was given, without options, such as `check`.
    package let command: String
    package let startedAt: Timestamp
    package let finishedAt: Timestamp
    /// Whether the run was allowed to write.
    package let executed: Bool
    /// The part of the work that this run did.
    package let shard: Shard
    package let tally: RunTally
    package let exitStatus: ExitStatus
    /// The error that ended the run, in one line.
    package let error: String?
    /// How much of Redis' time the run's writing scripts took.
    package let scriptTimes: ScriptTimes
    package let scope: RunScope

    package init(
        command: String, startedAt: Timestamp, finishedAt: Timestamp, executed: Bool,
        shard: Shard = .whole, tally: RunTally, exitStatus: ExitStatus, error: String? = nil,
        scriptTimes: ScriptTimes = ScriptTimes(), scope: RunScope = RunScope()
    ) {
        self.command = command
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.executed = executed
        self.shard = shard
        self.tally = tally
        self.exitStatus = exitStatus
        self.error = error
        self.scriptTimes = scriptTimes
        self.scope = scope
    }

    /// Returns the report with another exit status, where something failed after the run.
    ///
    /// - Parameter failure: what failed; it is kept where the run itself has no error.
    package func with(exitStatus: ExitStatus, failure: String? = nil) -> RunReport {
        RunReport(
            command: command, startedAt: startedAt, finishedAt: finishedAt, executed: executed, shard: shard,
            tally: tally, exitStatus: exitStatus, error: error ?? failure, scriptTimes: scriptTimes, scope: scope)
    }
}
