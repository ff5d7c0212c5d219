import ArgumentParser
import HoldModel
import Reconciliation

/// `check`: looks, reports, never writes.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Report where Redis and SQL differ, and why; cannot write.")

    @OptionGroup var servers: ServerOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var traffic: TrafficOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Also scan all keys for holds that the index does not know and for orphan inventory.")
    var deep = false

    func run() async throws {
        var settings = RunSettings(
            policy: try policy.policy(.rebuild), traffic: traffic.traffic, events: events.ids, deep: deep)
        settings.maxFindings = output.maxFindings
        settings.force = traffic.force
        let fixed = settings
        try await RunSession(command: "check", servers: servers, output: output, executes: false)
            .run { servers, progress in
                try await Reconciler(
                    servers.source, servers.store, repairs: nil, settings: fixed, progress: progress
                ).run()
            }
    }
}
