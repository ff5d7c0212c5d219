import ArgumentParser
import HoldModel
import Reconciliation

extension Policy.Holds: ExpressibleByArgument {}

/// The command `rebuild`: makes Redis agree with SQL.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make Redis agree with SQL; says what it would do unless --execute is given.",
        discussion: """
            --holds rebuild keeps live holds, writes lost ones again from SQL and releases those whose time is over. \
            --holds purge closes every hold and empties the index; it refuses while buyers are at checkout.
            """)

    @OptionGroup var servers: ServerOptions
    @OptionGroup var log: LogOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var shard: ShardOptions
    @OptionGroup var traffic: TrafficOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var expected: ExpectOption
    @OptionGroup var execute: ExecuteOption
    @OptionGroup var journals: JournalOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "rebuild or purge.")
    var holds: Policy.Holds

    func validate() throws {
        if holds == .purge && traffic.only != nil {
            throw ValidationError("--only tighten puts no seat on sale, and --holds purge does nothing else")
        }
        if holds == .rebuild && expected.expect != nil { throw ValidationError("--expect is for --holds purge") }
    }

    func run() async throws {
        let executes = try execute.isGiven()
        // Whether buyers are at checkout must be asked for all events, so this cannot be split.
        if holds == .purge, try !shard.part().isWhole {
            throw ValidationError("--holds purge is not split into shards")
        }
        var order = RunOrder.rebuild(
            try policy.policy(holds), executes: executes, traffic: traffic, events: events.ids)
        limits.apply(to: &order.settings)
        // Whoever names events does not mean all holds.
        if holds == .purge, events.ids == nil {
            try expected.apply(to: &order.settings, "--holds purge", executes: executes)
        }
        order.settings.shard = try shard.part()
        order.journal = try journals.place()
        order.settings.finalizationQueue = try policy.queue()
        try await RunSession(order: order, servers: servers, output: output).run()
    }
}
