package import ArgumentParser

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
        version: "0.1.0",
        subcommands: [
            CheckCommand.self, RebuildCommand.self, PurgeCommand.self, InspectCommand.self, DoctorCommand.self,
        ])

    package init() {}
}
