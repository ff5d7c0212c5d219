import ArgumentParser
import Telemetry

extension LogFormat: ExpressibleByArgument {}

/// The option for the format of the log on stderr, the same for every command.
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
    /// Reads the format from the command line and the environment, before they are parsed: errors about them must have
    /// it as well.
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
