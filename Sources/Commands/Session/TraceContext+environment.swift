import Telemetry

extension TraceContext {
    /// The trace of the worker's run that this task belongs to.
    @TaskLocal private static var ofRun: TraceContext?
    private static let ofProcess = next()

    /// The trace of this run: its caller's, from `TRACEPARENT` and `TRACESTATE`, or one that begins here.
    static var current: TraceContext { ofRun ?? ofProcess }

    /// Runs `body` with a span of its own, and, where the process has no caller, with a trace of its own.
    static func withNext<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        try await $ofRun.withValue(next()) { try await body() }
    }

    private static func next() -> TraceContext {
        TraceContext(traceparent: Environment.current["TRACEPARENT"], tracestate: Environment.current["TRACESTATE"])
    }
}
