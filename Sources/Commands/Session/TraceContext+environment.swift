import Telemetry

extension TraceContext {
    /// Of the run that a worker has under way in this task.
    @TaskLocal private static var ofRun: TraceContext?
    private static let ofProcess = next()

    /// The trace of this run: its caller's, as `TRACEPARENT` and `TRACESTATE` name it, or one that begins here.
    static var current: TraceContext { ofRun ?? ofProcess }

    /// Gives what runs within `body` a span, and where the process has no caller a trace, of its own.
    static func withNext<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        try await $ofRun.withValue(next()) { try await body() }
    }

    private static func next() -> TraceContext {
        TraceContext(traceparent: Environment.current["TRACEPARENT"], tracestate: Environment.current["TRACESTATE"])
    }
}
