package import HoldModel
package import Logging
package import Output

/// One line of the log as a JSON object: time, level, the trace, a message that is constant for each kind of event, and
/// its values as fields of their own.
package struct LogLine: Sendable {
    private let time: Timestamp
    private let level: Logger.Level
    private let message: String
    private let fields: Logger.Metadata
    private let trace: TraceContext

    /// - Parameter fields: the values. One whose name is a part of every line, such as `time`, is dropped.
    package init(
        time: Timestamp, level: Logger.Level, message: String, fields: Logger.Metadata, trace: TraceContext
    ) {
        self.time = time
        self.level = level
        self.message = message
        self.fields = fields
        self.trace = trace
    }

    /// The object, without any line feed.
    package var json: Printed {
        var object: [String: LoggedValue] = fields.mapValues { LoggedValue($0) }
        object["time"] = .text(time.iso8601)
        object["level"] = .text(level.rawValue)
        object["message"] = .text(message)
        object["traceId"] = .text(trace.traceID)
        object["spanId"] = .text(trace.spanID)
        return LoggedValue.line(object)
    }
}
