import ArgumentParser
import HoldModel
import Reconciliation

/// The command `check`: looks and reports, and never writes.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Report where Redis and SQL differ, and why; cannot write.")

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var shard: ShardOptions
    @OptionGroup var traffic: TrafficOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Also scan all keys for holds that the index does not know and for orphan inventory.")
    var deep = false

    func run() async throws {
        var order = RunOrder.check(try policy.policy(.rebuild), deep: deep, traffic: traffic, events: events.ids)
        order.settings.finalizationQueue = try policy.queue()
        order.settings.shard = try shard.part()
        try await RunSession(order: order, servers: servers, output: output).run()
    }
}
