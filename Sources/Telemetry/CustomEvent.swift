package import HoldModel

/// One custom event: what happened, in words and in numbers.
package struct CustomEvent: Sendable {
    package let name: String
    package let time: Timestamp
    package let properties: [String: String]
    package let measurements: [String: Double]
    /// The trace that it belongs to.
    package let operationID: String
    /// The span that caused it; `nil` where its trace begins with it.
    package let parentID: String?

    package init(
        name: String, time: Timestamp, properties: [String: String], measurements: [String: Double],
        trace: TraceContext
    ) {
        self.name = name
        self.time = time
        self.properties = properties
        self.measurements = measurements
        operationID = trace.traceID
        parentID = trace.parentID
    }
}
