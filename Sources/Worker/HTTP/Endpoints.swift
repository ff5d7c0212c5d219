import FoundationEssentials
import HTTPTypes
import HoldModel
import Hummingbird
import HummingbirdCore
import NIOCore
import Output
import Reporting

/// Answers requests. Nothing here reads a connection string, and the token is only compared.
struct Endpoints: Sendable {
    let desk: RunDesk
    let readiness: Readiness
    let scheduler: Scheduler
    /// The token that starts a run; without one nobody may.
    let token: BearerToken?
    /// The job that a call of the Functions host runs; `nil` where no such host has started the worker.
    let functionJob: Job?
    let hosts: AllowedHosts
    let clients = ClientTable()
    let shelf = ReportShelf()
    let facts: WorkerIdentity

    func answer(to request: Request, on channel: any Channel) async throws -> Answer {
        guard hosts.allow(request.head.authority, request.headers) else {
            return .line(
                .misdirectedRequest, "the worker is not called by this Host; give it --allowed-host where it should be")
        }
        let target = request.head.path ?? ""
        let path = target.prefix { $0 != "?" }
        let limit = path == Resource.functionPath ? HTTPLimits.functionBody : HTTPLimits.body
        guard let body = try await request.body.collected(upTo: limit, within: HTTPLimits.reading, on: channel) else {
            return .line(.contentTooLarge, "a body of \(limit) bytes is the most that is read here")
        }
        clients.note(channel, path == Resource.functionPath ? .run : .worker)
        do {
            let resource = try Resource(request.method, path, hasFunction: functionJob != nil)
            return try await answer(to: resource, request, body, hasQuery: path.endIndex != target.endIndex)
        } catch Resource.Mistake.noSuchPath {
            return .line(.notFound, "there is nothing at this path")
        } catch Resource.Mistake.wrongMethod(let allowed) {
            return .line(.methodNotAllowed, "this path takes \(allowed) only").with(.allow, allowed.rawValue)
        }
    }

    private func answer(
        to resource: Resource, _ request: Request, _ body: ByteBuffer, hasQuery: Bool
    ) async throws -> Answer {
        switch resource {
        case .health: return .line(.ok, "alive")
        case .readiness: return await readinessAnswer()
        case .metrics: return await metricsAnswer()
        case .lastReport(let job):
            let book = desk.book
            guard let last = job.map({ book.last(of: $0) }) ?? book.last else {
                return .line(.notFound, "no \(job?.rawValue ?? "run") has ended yet")
            }
            return try shelf.answer(last, as: .report, of: book)
        case .schedule: return .json(text: try ScheduleDocument(scheduler.schedule).json())
        case .runs: return .json(text: try RunListDocument(desk.book).json())
        case .run(let id): return try runAnswer(id)
        case .start(let job):
            if let refusal = refusal(of: request.headers[values: .authorization]) { return refusal }
            // A body or query would be ignored, but may have been meant to limit the run.
            guard body.readableBytes == 0, !hasQuery else {
                return .line(.badRequest, "a run is started without a body and without a query")
            }
            return start(job)
        case .function:
            // A browser sends `Origin`, the Functions host does not.
            guard request.headers[.origin] == nil else { return .line(.forbidden, "not for web pages") }
            return try await FunctionCall(desk: desk, job: functionJob ?? .check).answer(to: body)
        }
    }

    private func readinessAnswer() async -> Answer {
        if desk.book.isStopping { return .line(.serviceUnavailable, "the worker is stopping") }
        let probe = await readiness.check()
        return probe.problem.map { .line(.serviceUnavailable, $0) } ?? .line(.ok, "ready")
    }

    private func runAnswer(_ id: RunID) throws -> Answer {
        let book = desk.book
        if let current = book.current, current.id == id {
            return .json(
                text: try RunStateDocument(
                    id: "\(id)", job: current.job.rawValue, origin: current.origin.rawValue, report: nil
                ).json())
        }
        guard let run = book.ended(id) else {
            return .line(.notFound, "no such run, or it is no longer among the last that are kept")
        }
        return try shelf.answer(run, as: .run, of: book)
    }

    private func start(_ job: Job) -> Answer {
        switch desk.order(job, from: .request) {
        case .accepted(let id):
            .line(.accepted, "\(job.rawValue) has begun: \(Resource.path(of: id))").with(
                .location, Resource.path(of: id))
        case .busy(let other):
            .line(.conflict, "a run is under way: \(Resource.path(of: other))").with(
                .location, Resource.path(of: other))
        case .stopping: .line(.serviceUnavailable, "the worker is stopping")
        }
    }

    /// Returns the refusal of a request that may not start a run; `nil` where it may.
    private func refusal(of credentials: [String]) -> Answer? {
        guard let token else {
            return .line(
                .forbidden, "no run can be started here: the worker has no token (HOLD_RECONCILER_TOKEN)")
        }
        let scheme = "bearer "
        guard credentials.count == 1, let given = credentials.first,
            given.prefix(scheme.count).lowercased() == scheme, token.matches(given.dropFirst(scheme.count))
        else {
            return .line(.unauthorized, "the token is missing or wrong").with(.wwwAuthenticate, "Bearer")
        }
        return nil
    }
}
