import Logging
import Output
import Telemetry

/// The log of the process on stderr, with its format and its trace.
enum ProgramLog {
    static let format = LogFormat(arguments: CommandLine.arguments, environment: .current)

    /// The logger for code that uses the logging library.
    static let logger = Logger(label: "hold-reconciler") { _ in
        StderrLogHandler(
            format: format, trace: { .current }, now: { currentTime() }, write: { StandardError.write($0) })
    }

    /// Logs a sentence for people, or, as JSON, a constant message whose fields have what the sentence says.
    static func tell(
        _ level: Logger.Level, _ message: Logger.Message, _ fields: Logger.Metadata = [:], _ sentence: String
    ) {
        var fields = fields
        fields[StderrLogHandler.sentence] = .string(sentence)
        logger.log(level: level, message, metadata: fields)
    }

    /// Logs in JSON only what people learn elsewhere.
    static func tellPrograms(_ level: Logger.Level, _ message: Logger.Message, _ fields: Logger.Metadata) {
        if format == .json { logger.log(level: level, message, metadata: fields) }
    }
}
