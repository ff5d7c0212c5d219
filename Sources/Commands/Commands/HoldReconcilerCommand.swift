package import ArgumentParser
import LocalFiles
import Logging
import Output
import Telemetry

/// The program's root command, with its subcommands.
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
            CheckCommand.self, RebuildCommand.self, PurgeCommand.self, PlanCommand.self, ApplyCommand.self,
            UndoCommand.self,
            InspectCommand.self, DoctorCommand.self, WorkerCommand.self, VerifyAPICommand.self,
        ])

    static let version = "0.1.0"

    package init() {}

    /// Parses the command line and runs it. Errors about it have the log format that it asks for, so that every line on
    /// stderr is as the reader of the log expects.
    package static func main() async {
        GivenSecrets.note(CommandLine.arguments, .current)
        FileModes.keepOthersOut()
        var command: any ParsableCommand
        do {
            command = try parseAsRoot()
        } catch {
            let words = UsageWords(Array(CommandLine.arguments.dropFirst()))
            end(with: error, of: Self.self) { words.removed(from: $0) }
        }
        do {
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error, of: type(of: command)) { $0 }
        }
    }

    /// - Parameters:
    ///   - command: the command whose help is named where the error does not know its own.
    ///   - told: returns as much of a text as may be shown.
    private static func end(
        with error: any Error, of command: any ParsableCommand.Type, _ told: (String) -> String
    ) -> Never {
        let code = exitCode(for: error)
        // Help is the program's own text and no error. An `ExitCode` comes from code that has said why already.
        guard !code.isSuccess, !(error is ExitCode) else { exit(withError: error) }
        let words = message(for: error)
        if ProgramLog.format == .json {
            printError(told(words), as: "command was not understood")
        } else {
            StandardError.write(usage(lines(about: error, command), about: words, told(words)))
        }
        exit(withError: code)
    }

    /// Returns the error with the usage of its command. An error of parsing knows its command; a later one does not.
    private static func lines(about error: any Error, _ command: any ParsableCommand.Type) -> String {
        guard error is ValidationError, let name = command.configuration.commandName,
            let program = configuration.commandName, name != program
        else { return fullMessage(for: error) }
        return "Error: \(message(for: error))\nUsage: \(usageString(for: command))\n"
            + "  See '\(program) \(name) --help' for more information."
    }

    /// Returns the lines about a command line that cannot be used. Only the words of the error in them can be foreign.
    private static func usage(_ lines: String, about words: String, _ told: String) -> Printed {
        guard !words.isEmpty, let place = lines.firstRange(of: words) else { return Printed(line: told).asLine }
        var page = Page([lines[..<place.lowerBound] + told])
        page.add(lines[place.upperBound...].split(separator: "\n").map(String.init))
        return page.printed
    }
}
