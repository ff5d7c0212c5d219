/// The trace that a run belongs to, by W3C Trace Context (https://www.w3.org/TR/trace-context/): the one its caller
/// names in the environment, or one of its own.
package struct TraceContext: Sendable, Hashable {
    /// 32 lower-case hexadecimal digits.
    package let traceID: String
    /// The caller's span, 16 such digits; `nil` where this run began the trace.
    package let parentID: String?
    /// This run's own span.
    package let spanID: String
    /// The caller's vendor data, passed on unchanged; `nil` where none is valid.
    package let state: String?
    private let isSampled: Bool

    /// - Parameters:
    ///   - traceparent: the caller's `TRACEPARENT`; an invalid one counts as none.
    ///   - tracestate: the caller's `TRACESTATE`; it counts only with a valid `traceparent`.
    package init(traceparent: String?, tracestate: String?) {
        spanID = Self.newSpanID()
        if let parent = traceparent.flatMap({ TraceParent($0) }) {
            (traceID, parentID, isSampled) = (parent.traceID, parent.spanID, parent.isSampled)
            state = tracestate.flatMap { TraceState($0)?.text }
        } else {
            traceID = Self.newSpanID() + Self.newSpanID()
            (parentID, isSampled, state) = (nil, true, nil)
        }
    }

    /// Returns the headers for a request of this run. Each request has a span of its own.
    package func requestHeaders() -> [(name: String, value: String)] {
        let parent = "00-\(traceID)-\(Self.newSpanID())-\(isSampled ? "01" : "00")"
        return [("traceparent", parent)] + (state.map { [("tracestate", $0)] } ?? [])
    }

    /// Returns a random id that is never all zeros, since that is no valid id.
    private static func newSpanID() -> String {
        let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
