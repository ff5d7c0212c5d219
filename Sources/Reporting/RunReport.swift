package import HoldModel
package import Reconciliation
package import RedisStore

/// Everything that is told of one run; each output is made of this one value.
package struct RunReport: Sendable {
    /// The command as it was given, without options, such as `check`.
    package let command: String
    package let startedAt: Timestamp
    package let finishedAt: Timestamp
    /// Whether the run was allowed to write.
    package let executed: Bool
    /// The part of the work that was this run's.
    package let shard: Shard
    package let tally: RunTally
    package let exitStatus: ExitStatus
    /// Why the run did not come to its end, in one line.
    package let error: String?
    /// What the run's writing scripts took of Redis' time.
    package let scriptTimes: ScriptTimes

    package init(
        command: String, startedAt: Timestamp, finishedAt: Timestamp, executed: Bool,
        shard: Shard = .whole, tally: RunTally, exitStatus: ExitStatus, error: String? = nil,
        scriptTimes: ScriptTimes = ScriptTimes()
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
    }

    /// The same run with another exit status, where something failed after it.
    ///
    /// - Parameter failure: what that was, where the run itself has no error.
    package func with(exitStatus: ExitStatus, failure: String? = nil) -> RunReport {
        RunReport(
            command: command, startedAt: startedAt, finishedAt: finishedAt, executed: executed, shard: shard,
            tally: tally, exitStatus: exitStatus, error: error ?? failure, scriptTimes: scriptTimes)
    }
}
