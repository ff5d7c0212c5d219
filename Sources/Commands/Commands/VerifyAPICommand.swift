import ArgumentParser
import HoldModel
import Output
import PlatformAPI
import Reconciliation
import Reporting

/// The command `verify-api`: checks that the API, SQL and Redis say the same of one hold.
struct VerifyAPICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-api",
        abstract: "Place one hold through the platform's API, compare what it says with SQL and Redis, give it back.",
        discussion: """
            Takes the seats off sale for a moment, so it needs --execute. The hold's requester is made up for the run; \
            whatever happens, every hold of that requester is released as the platform would, and nobody else's is \
            touched. The API's bearer token is taken from HOLD_RECONCILER_API_TOKEN.
            """)

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var api: APIOptions
    @OptionGroup var execute: ExecuteOption

    @Option(help: "The event's id.")
    var event: String

    @Option(help: "The category's id.")
    var category: String

    @Option(help: "Seats to hold.")
    var quantity: Int64 = 1

    @Option(help: "table for people, json for programs; one document on stdout.")
    var format: OutputOptions.Format = .table

    func validate() throws {
        guard (1...100).contains(quantity) else { throw ValidationError("--quantity is 1 to 100") }
        guard !event.isEmpty, !category.isEmpty else { throw ValidationError("--event and --category are ids") }
    }

    func run() async throws {
        try ShardOptions.expectNone(for: "verify-api")
        let settings = try api.settings()
        let asked = SeatRequest(
            event: event, category: category, quantity: quantity, requester: SpotCheckRun.newRequester())
        guard try execute.isGiven() else {
            throw ValidationError(
                "without --execute nothing is placed and so nothing is verified; with it, \(quantity) of category "
                    + "'\(asked.line.category)' of event '\(EventID(event))' would be held through \(settings.endpoint), "
                    + "compared and given back")
        }
        let stop = StopRequest()
        let run = SpotCheckRun(
            addresses: try servers.addresses(), api: settings, asked: asked, policy: try policy.policy(.rebuild),
            stop: stop,
            trace: .current)
        let report = try await withStopSignals(stop) { try await run.run() }
        for error in report.errors { printError(error) }
        let printed =
            switch format {
            case .table: printResult(report.page)
            case .json: printResult(try report.json().asLine)
            }
        let status = ExitStatus(rawValue: report.exitStatus).union(printed)
        if status != [] { throw ExitCode(status.rawValue) }
    }
}
