import Logging
import Output
import Telemetry

/// What the program tells on stderr: a process has one, and one format and trace for it.
enum ProgramLog {
    static let format = LogFormat(arguments: CommandLine.arguments, environment: .current)

    /// For everything that logs by the logging library.
    static let logger = Logger(label: "hold-reconciler") { _ in
        StderrLogHandler(
            format: format, trace: { .current }, now: { currentTime() }, write: { StandardError.write($0) })
    }

    /// Tells people a sentence, and programs a message that is always the same, with what the sentence says as fields.
    static func tell(
        _ level: Logger.Level, _ message: Logger.Message, _ fields: Logger.Metadata = [:], _ sentence: String
    ) {
        var fields = fields
        fields[StderrLogHandler.sentence] = .string(sentence)
        logger.log(level: level, message, metadata: fields)
    }

    /// Tells programs what people learn elsewhere.
    static func tellPrograms(_ level: Logger.Level, _ message: Logger.Message, _ fields: Logger.Metadata) {
        if format == .json { logger.log(level: level, message, metadata: fields) }
    }
}
