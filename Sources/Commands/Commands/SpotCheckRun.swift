import ArgumentParser
import FoundationEssentials
import HoldModel
import Output
import PlatformAPI
import PostgresSource
import Reconciliation
import RedisStore
import Reporting
import Telemetry

/// Does one spot check: looks, has a hold placed, looks again, compares, and gives the hold back.
struct SpotCheckRun: Sendable {
    let addresses: ServerAddresses
    let api: APISettings
    let asked: SeatRequest
    let policy: Policy
    let stop: StopRequest
    let trace: TraceContext

    /// Returns a requester that no buyer and no other run has.
    static func newRequester() -> String {
        "hold-reconciler-verify-\(UUID().uuidString.lowercased())"
    }

    /// Runs the check.
    ///
    /// - Throws: `ValidationError` for options that cannot be used. Later errors are in the report, with their exit status.
    func run() async throws -> SpotReport {
        var report = SpotReport(api: api.endpoint, asked: asked, traceID: trace.traceID)
        var placement: Placement?
        var giveBack = GiveBack(asked: asked, policy: policy)
        var status = ExitStatus()
        do {
            try await Servers.with(addresses, executes: true) { servers in
                guard let repairs = servers.repairs else { return }
                let before = try await sight(servers)
                if let obstacle = before.obstacle {
                    report.add([SpotLine("category", .differs, "no hold was asked for: \(obstacle)")])
                    return
                }
                // Without the right to write, the hold could not be given back.
                try await repairs.takeLease()
                if stop.cause != nil { return }
                let placed = try await APIClient.withClient(api) { await place($0) }
                placement = placed
                giveBack.expect(placed)
                do {
                    try await judge(placed, before, servers, &giveBack, &report)
                } catch {
                    giveBack.search()
                    report.fail(told(error))
                }
                try await giveBack.run(servers.store, repairs, &report)
            }
        } catch let error as ValidationError {
            throw error
        } catch {
            report.fail(told(error))
            status.formUnion(placement == nil ? ExitStatus(error) : .failed)
        }
        if placement != nil { await giveBack.insist(addresses, &report) }
        report.stoppedBecause = stop.cause
        if report.differs { status.insert(.drift) }
        if !report.errors.isEmpty && status.isDisjoint(with: [.leaseHeld, .nothingToLookAt]) { status.insert(.failed) }
        if stop.cause != nil { status.insert(.stoppedAtLimit) }
        if status.isEmpty && !report.isConclusive { status.insert(.unsettled) }
        report.exitStatus = status.rawValue
        return report
    }

    /// Asks the API once. A signal ends the request; then any hold that it may have placed is looked for.
    private func place(_ client: APIClient) async -> Placement {
        await withTaskGroup(of: Placement?.self) { group in
            group.addTask { await client.place(asked, trace: trace.requestHeaders()) }
            group.addTask {
                // Cancelled with the group at the latest.
                try? await stop.sleep(until: .now + .seconds(api.timeout + 60))
                return nil
            }
            defer { group.cancelAll() }
            while let ended = await group.next() {
                if let placement = ended { return placement }
                group.cancelAll()
            }
            return .unanswered("the request was given up", wasSent: true)
        }
    }

    /// Compares what the API said with what the servers say, while the hold is there.
    private func judge(
        _ placement: Placement, _ before: CategorySight, _ servers: Servers, _ giveBack: inout GiveBack,
        _ report: inout SpotReport
    ) async throws {
        switch placement {
        case .placed(let answer):
            let token = HoldToken(answer.holdToken)
            let (after, hold) = try await sight(servers, of: token)
            let check = SpotCheck(
                asked: asked, answer: answer, before: before, after: after, hold: hold,
                orders: try await servers.source.orders(of: [token]).map(\.id), holdTTL: policy.holdTTL)
            report.add(check.lines)
            if check.isOurs { report.notePlaced(token) }
            giveBack.note(before: before, after: after)
            // A second hold of the same request, or one with another token, would show as a difference or a
            // disturbance.
            if !check.isUndisturbed { giveBack.search() }
        case .outOfStock(let message):
            report.add([SpotLine(outOfStock: message, asked, before, try await sight(servers))])
        case .refused(let status, let message):
            report.fail("the API answered POST \(api.endpoint) with \(status): \(message)")
        case .unreadable(let reason):
            report.fail("the API answered POST \(api.endpoint) with 201, which cannot be read: \(reason)")
        case .unanswered(let reason, _):
            if stop.cause == nil { report.fail("POST \(api.endpoint) failed: \(reason)") }
        }
    }

    private func sight(_ servers: Servers) async throws -> CategorySight {
        try await sight(servers, of: nil).0
    }

    /// Reads the category and, at the same instant of Redis, a hold.
    private func sight(_ servers: Servers, of token: HoldToken) async throws -> (CategorySight, HoldSight) {
        let (category, hold) = try await sight(servers, of: .some(token))
        guard let hold else { throw RunRefusal.nothingToLookAt("Redis did not tell of hold '\(token)'") }
        return (category, hold)
    }

    private func sight(_ servers: Servers, of token: HoldToken?) async throws -> (CategorySight, HoldSight?) {
        let event = EventID(asked.event)
        let rows = try await servers.source.categories(of: [event]).first ?? []
        guard let row = rows.first(where: { $0.id == asked.line.category }) else {
            throw RunRefusal.nothingToLookAt(
                "SQL has no category '\(asked.line.category)' in event '\(event)': check --event and --category")
        }
        let time = try await servers.store.time()
        let tokens = token.map { [$0] } ?? []
        let request = SurveyRequest(event: event, categories: [row.id], tokens: tokens)
        let survey = try await servers.store.survey([request]).first
        let details = try await servers.store.details(of: tokens)
        let category = CategorySight(row: row, inventory: survey?.inventory.first ?? .absent, time: time)
        guard let hold = survey?.holds.first, let detail = details.first else { return (category, nil) }
        return (category, HoldSight(survey: hold, details: detail))
    }
}
