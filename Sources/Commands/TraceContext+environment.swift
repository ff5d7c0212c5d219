import Telemetry

extension TraceContext {
    /// The trace of this process: its caller's, as `TRACEPARENT` and `TRACESTATE` name it, or one that begins here.
    static let current = TraceContext(
        traceparent: Environment.current["TRACEPARENT"], tracestate: Environment.current["TRACESTATE"])
}
