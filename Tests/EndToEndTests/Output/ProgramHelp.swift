import Foundation
import TestPlatform

/// What the program says of itself for programs.
struct ProgramHelp: Decodable {
    private struct Command: Decodable {
        struct Argument: Decodable {
            struct Name: Decodable {
                let kind: String
                let name: String
            }

            let names: [Name]?
        }

        let commandName: String
        let arguments: [Argument]?
        let subcommands: [Command]?
    }

    private let command: Command

    /// The long options of each command, by its name.
    static func of(_ program: Program) async throws -> [String: [String]] {
        let text = try await program("--experimental-dump-help").output
        let help = try JSONDecoder().decode(ProgramHelp.self, from: Data(text.utf8))
        return Dictionary(
            uniqueKeysWithValues: (help.command.subcommands ?? []).map { command in
                let names = (command.arguments ?? []).flatMap { $0.names ?? [] }
                return (command.commandName, names.filter { $0.kind == "long" }.map { "--" + $0.name })
            })
    }
}
