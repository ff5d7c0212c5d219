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

    @Flag(
        name: .customLong("audit-sql"),
        help: """
            Also compare quantity_sold with the items of sold orders and their tickets, and open orders with their holds; \
            reads all sold orders.
            """)
    var auditSQL = false

    func run() async throws {
        var order = RunOrder.check(try policy.policy(.rebuild), deep: deep, traffic: traffic, events: events.ids)
        order.settings.finalizationQueue = try policy.queue()
        order.settings.shard = try shard.part()
        order.settings.auditsSQL = auditSQL
        try await RunSession(order: order, servers: servers, output: output).run()
    }
}
