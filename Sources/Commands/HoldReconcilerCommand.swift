package import ArgumentParser
import Logging
import Telemetry

/// The program: its name, its subcommands.
package struct HoldReconcilerCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hold-reconciler",
        abstract: "Makes a ticket platform's Redis agree with its SQL: inventory counts, holds, expiration index.",
        discussion: """
            Nothing is written without --execute. Results go to stdout, progress and messages to stderr.

            Exit status, bits added up: 0 clean or done; 1 failed; 2 drift found and not repaired; 4 deferred or moved \
            events left; 8 stopped at a limit; 16 another run holds the lease; 32 nothing to look at; 64 usage.
            """,
        version: version,
        subcommands: [
            CheckCommand.self, RebuildCommand.self, PurgeCommand.self, InspectCommand.self, DoctorCommand.self,
            WorkerCommand.self,
            VerifyAPICommand.self,
        ])

    static let version = "0.1.0"

    package init() {}

    /// Parses the command line and runs what it says. What is wrong with it is told in the format that it asks for, so
    /// that no line on stderr is another one than the log's reader expects.
    package static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            guard ProgramLog.format == .json, !code.isSuccess, !(error is ExitCode) else { exit(withError: error) }
            printError(message(for: error), as: "command was not understood")
            exit(withError: code)
        }
    }
}
