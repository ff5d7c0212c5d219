import Telemetry
import Testing

/// W3C Trace Context, as the run's caller gives it by environment.
@Suite("a trace context") struct TraceContextTests {
    static let trace = "0af7651916cd43dd8448eb211c80319c"
    static let span = "b7ad6b7169203331"
    static let valid = "00-\(trace)-\(span)-01"

    @Test func followsItsCaller() throws {
        let context = TraceContext(traceparent: Self.valid, tracestate: "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE ")
        #expect(context.traceID == Self.trace)
        #expect(context.parentID == Self.span)
        #expect(context.spanID != Self.span)
        let headers = Dictionary(uniqueKeysWithValues: context.requestHeaders().map { ($0.name, $0.value) })
        let parts = try #require(headers["traceparent"]).split(separator: "-")
        #expect(parts.map(String.init)[0...1] == ["00", Self.trace])
        #expect(![Self.span, context.spanID].contains(String(parts[2])))
        #expect(parts[3] == "01")
        #expect(headers["tracestate"] == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE")
    }

    @Test func eachRequestHasASpanOfItsOwn() {
        let context = TraceContext(traceparent: nil, tracestate: nil)
        #expect(context.requestHeaders().map(\.value) != context.requestHeaders().map(\.value))
    }

    @Test func beginsItsOwnWhereThereIsNone() {
        let one = TraceContext(traceparent: nil, tracestate: "a=b")
        let other = TraceContext(traceparent: nil, tracestate: nil)
        #expect(one.traceID != other.traceID)
        #expect(one.traceID.count == 32 && one.spanID.count == 16)
        #expect(one.parentID == nil && one.state == nil)
    }

    @Test func keepsTheCallersChoiceOfSampling() {
        let context = TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-02", tracestate: nil)
        #expect(context.parentID == Self.span)
        #expect(context.requestHeaders()[0].value.hasSuffix("-00"))
    }

    @Test(arguments: ["01-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01-what-the-future-adds"])
    func readsLaterVersions(_ text: String) {
        #expect(TraceContext(traceparent: text, tracestate: nil).traceID == Self.trace)
    }

    @Test(arguments: [
        "", "nonsense", "ff-\(trace)-\(span)-01", "00-\(trace)-\(span)-01-more", "00-\(trace)-\(span)-1",
        "00-\(trace.uppercased())-\(span)-01", "00-00000000000000000000000000000000-\(span)-01",
        "00-\(trace)-0000000000000000-01", "00-\(trace)_\(span)-01", "0x-\(trace)-\(span)-01", " \(valid)",
        "00-\(trace)-\(span)-0g", "01-\(trace)-\(span)-01.more", "00-é" + trace.dropFirst(2) + "-\(span)-01",
    ])
    func refusesWhatTheRulesRefuse(_ text: String) {
        let context = TraceContext(traceparent: text, tracestate: "a=b")
        #expect(context.traceID != Self.trace)
        #expect(context.parentID == nil)
        #expect(context.state == nil)
    }

    @Test(arguments: [
        "a", "=b", "A=b", "a=b,a=c", "a=é", "a=b=c", "a@=b", "1a=b", "a@verylongvendorname=b", "tenant@v@w=b", "a=",
        (0...32).map { "k\($0)=v" }.joined(separator: ","),
    ])
    func passesNoStateOnThatTheRulesRefuse(_ state: String) {
        let context = TraceContext(traceparent: Self.valid, tracestate: state)
        #expect(context.traceID == Self.trace)
        #expect(context.state == nil)
    }

    @Test(arguments: [
        ("a=b", "a=b"), ("1t@v=b", "1t@v=b"), ("a=b,, ,c=d", "a=b,c=d"), ("a_-*/9= b", "a_-*/9= b"),
    ])
    func passesValidStateOn(_ state: String, _ passed: String) {
        #expect(TraceContext(traceparent: Self.valid, tracestate: state).state == passed)
    }
}
