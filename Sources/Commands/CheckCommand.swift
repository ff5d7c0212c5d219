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
    @OptionGroup var shard: ShardOptions
    @OptionGroup var traffic: TrafficOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Also scan all keys for holds that the index does not know and for orphan inventory.")
    var deep = false

    func run() async throws {
        var settings = RunSettings(
            policy: try policy.policy(.rebuild), traffic: traffic.traffic, events: events.ids, deep: deep)
        settings.maxFindings = output.maxFindings
        settings.shard = try shard.part()
        traffic.apply(to: &settings)
        let fixed = settings
        try await RunSession(
            command: "check", servers: servers, output: output, executes: false, settings: settings
        )
        .run { servers, progress in
            try await Reconciler(
                servers.source, servers.store, repairs: nil,
                watch: ServerWatch(servers.watched, settings: fixed, progress: progress),
                settings: fixed, progress: progress
            ).run()
        }
    }
}
