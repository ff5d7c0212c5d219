import HTTPTypes

/// The resource that a request names. Paths are compared as they are sent: nothing is decoded, joined or normalised, so
/// each has one spelling.
enum Resource: Hashable {
    case health
    case readiness
    case metrics
    /// The report of the last run, of any job or of one.
    case lastReport(Job?)
    case schedule
    case runs
    case run(RunID)
    case start(Job)
    /// The call of the Functions host.
    case function

    /// The path of the Functions host's calls, which is the function's name.
    static let functionPath = "/HoldReconcile"

    enum Mistake: Error, Hashable {
        case noSuchPath
        case wrongMethod(allowed: HTTPRequest.Method)
    }

    /// - Parameters:
    ///   - target: the target of the request line, up to a question mark.
    ///   - hasFunction: whether the Functions host may call.
    init(_ method: HTTPRequest.Method, _ target: Substring, hasFunction: Bool) throws(Mistake) {
        guard let resource = Self.named(target), resource != .function || hasFunction else { throw .noSuchPath }
        guard method == resource.method else { throw .wrongMethod(allowed: resource.method) }
        self = resource
    }

    /// Returns the path of a run.
    static func path(of id: RunID) -> String {
        "/runs/\(id)"
    }

    private static func named(_ target: Substring) -> Resource? {
        switch target {
        case "/healthz": return .health
        case "/readyz": return .readiness
        case "/metrics": return .metrics
        case "/report": return .lastReport(nil)
        case "/schedule": return .schedule
        case "/runs": return .runs
        case Self.functionPath: return .function
        default: break
        }
        if target.hasPrefix("/report/") { return Job(rawValue: String(target.dropFirst(8))).map { .lastReport($0) } }
        if target.hasPrefix("/run/") { return Job(rawValue: String(target.dropFirst(5))).map { .start($0) } }
        if target.hasPrefix("/runs/") { return RunID(target.dropFirst(6)).map { .run($0) } }
        return nil
    }

    private var method: HTTPRequest.Method {
        switch self {
        case .start, .function: .post
        case .health, .readiness, .metrics, .lastReport, .schedule, .runs, .run: .get
        }
    }
}
