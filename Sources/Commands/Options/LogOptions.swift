import ArgumentParser
import Telemetry

extension LogFormat: ExpressibleByArgument {}

/// How the program tells on stderr what it does; the same for every command.
struct LogOptions: ParsableArguments {
    static let variable = "HOLD_RECONCILER_LOG_FORMAT"

    @Option(help: "Lines on stderr: text for people, json: one object a line (HOLD_RECONCILER_LOG_FORMAT).")
    var logFormat: LogFormat?

    func validate() throws {
        let given = Environment.current[Self.variable]
        guard given == nil || given.flatMap({ LogFormat(rawValue: $0) }) != nil else {
            throw ValidationError("\(Self.variable) is text or json")
        }
    }
}

extension LogFormat {
    /// The format that the words of a command line and the environment ask for. It is read before they are parsed, since
    /// what is wrong with them has to be told in it, too.
    init(arguments: [String], environment: Environment) {
        let option = "--log-format"
        var asked = environment[LogOptions.variable]
        for (position, word) in arguments.enumerated() {
            if word == option, position + 1 < arguments.count { asked = arguments[position + 1] }
            if word.hasPrefix(option + "=") { asked = String(word.dropFirst(option.count + 1)) }
        }
        self = asked.flatMap { LogFormat(rawValue: $0) } ?? .text
    }
}
