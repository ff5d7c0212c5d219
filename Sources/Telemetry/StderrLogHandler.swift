package import HoldModel
package import Logging
package import Output

/// Writes log events as lines, for people or for programs.
package struct StderrLogHandler: LogHandler {
    /// The name of the metadata with the sentence that people get in place of message and fields.
    package static let sentence = "sentence"

    package var logLevel = Logger.Level.info
    package var metadata = Logger.Metadata()

    private let format: LogFormat
    private let trace: @Sendable () -> TraceContext
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable (Printed) -> Void

    /// - Parameters:
    ///   - trace: the trace of the code that logs.
    ///   - write: writes one whole line, which ends with a line feed.
    package init(
        format: LogFormat, trace: @escaping @Sendable () -> TraceContext, now: @escaping @Sendable () -> Timestamp,
        write: @escaping @Sendable (Printed) -> Void
    ) {
        self.format = format
        self.trace = trace
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { _, given in given }
        if let error = event.error, fields["error"] == nil { fields["error"] = .string(String(describing: error)) }
        let sentence = fields.removeValue(forKey: Self.sentence).map { "\($0)" }
        let message = event.message.description
        switch format {
        case .json:
            let line = LogLine(time: now(), level: event.level, message: message, fields: fields, trace: trace())
            write(line.json.asLine)
        case .text:
            let words = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            let line = sentence ?? message + words
            // A message of a library may have several lines; here it is one.
            let oneLine = line.split(whereSeparator: \.isNewline).joined(separator: " ")
            write(Printed(line: "hold-reconciler: " + oneLine).asLine)
        }
    }
}
